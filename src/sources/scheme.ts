// How a provider proves that a webhook is its own, as data. Providers add no cryptography of their own.

/** The headers of one signing convention. Families never mix within a request. */
export interface HeaderFamily {
  signature: string;
  /** Absent where the timestamp stands inside the signature header, or nowhere. */
  timestamp?: string;
  id?: string;
}

/** A MAC over the body, and over id and timestamp where the provider signs them. */
export interface HmacScheme {
  kind: 'hmac';
  /** Tried in order; the first whose headers are all there is the one that counts. */
  families: readonly HeaderFamily[];
  /**
   * How the signature header reads.
   * `fields`: `t=…,v1=…,v1=…`, every `signatureField` a candidate.
   * `list`: `v1,… v1,…`, every item of `version` a candidate.
   * `whole`: the header is the signature.
   */
  layout:
    | { kind: 'fields'; separator: ',' | ';'; timestampField: string; signatureField: string }
    | { kind: 'list'; version: string }
    | { kind: 'whole' };
  /** What is signed before the body, in this order; literal text stands for itself. */
  signedBeforeBody: readonly ('id' | 'timestamp' | '.' | ':')[];
  /** Absent where no timestamp is signed: a captured request can then be sent again at any time. */
  timestampUnit?: 'seconds' | 'milliseconds';
  encoding: 'hex' | 'base64';
  /**
   * How the secret becomes the key: its text as it stands, or `whsec_` taken off and the rest base64-decoded.
   * The same prefix means both, depending on the provider: a classic mix-up. Polar signs with the first and
   * its SDK takes either.
   */
  key: 'utf8' | 'base64' | 'utf8_or_base64';
  /** Ed25519 signatures that count beside the MACs, for secrets that are public keys (`whpk_…`). */
  ed25519Version?: string;
}

/** A token the operator chose, sent along with every request. Nothing is signed. */
export interface TokenScheme {
  kind: 'token';
  header: string;
}

/** A JWT, signed by a key its issuer publishes. The secret setting pins the issuer. */
export interface JwtScheme {
  kind: 'jwt';
  /** Where the token is: it is the body, or a bearer token beside the body. */
  token: 'body' | 'bearer';
  /** What the pinned setting stands for, or why it cannot be one. */
  issuer(setting: string): JwtIssuer | { problem: string };
  /** How old a token may be; a provider that re-sends does not sign again. */
  maxAgeSeconds: number;
}

export interface JwtIssuer {
  keysUrl: string;
  issuer: string;
  audience?: string;
  /** Whether a token without `iss` counts: then only the issuer's keys vouch for it. */
  issuerOptional?: boolean;
}

export type Scheme = HmacScheme | TokenScheme | JwtScheme;

/** Either way around now. Paddle's SDK takes 5 s and WorkOS' 180 s, and both fail on clock skew for it. */
export const TOLERANCE_SECONDS = 300;

/** https://docs.stripe.com/webhooks#verify-manually — `v0` and other versions never count: that is a downgrade. */
export const stripeSignature: HmacScheme = {
  kind: 'hmac',
  families: [{ signature: 'stripe-signature' }],
  layout: { kind: 'fields', separator: ',', timestampField: 't', signatureField: 'v1' },
  signedBeforeBody: ['timestamp', '.'],
  timestampUnit: 'seconds',
  encoding: 'hex',
  key: 'utf8',
};

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const standardWebhooks: HmacScheme = {
  kind: 'hmac',
  families: [{ signature: 'webhook-signature', timestamp: 'webhook-timestamp', id: 'webhook-id' }],
  layout: { kind: 'list', version: 'v1' },
  signedBeforeBody: ['id', '.', 'timestamp', '.'],
  timestampUnit: 'seconds',
  encoding: 'base64',
  key: 'base64',
};

/** Standard Webhooks under Svix' own header names; white-labelled senders use the standard ones. */
export const svix: HmacScheme = {
  ...standardWebhooks,
  families: [
    { signature: 'svix-signature', timestamp: 'svix-timestamp', id: 'svix-id' },
    ...standardWebhooks.families,
  ],
};

/** A MAC of the body alone, as the whole header. */
export function bodySignature(
  headers: readonly string[],
  encoding: HmacScheme['encoding'],
): HmacScheme {
  return {
    kind: 'hmac',
    families: headers.map((signature) => ({ signature })),
    layout: { kind: 'whole' },
    signedBeforeBody: [],
    encoding,
    key: 'utf8',
  };
}

/** `Authorization`, with or without `Bearer`. */
export const bearerToken: TokenScheme = { kind: 'token', header: 'authorization' };
