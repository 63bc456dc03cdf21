// How a provider proves that a webhook is genuine, as data. No source has cryptography of its own.

/** The headers of one signing convention. Families are never mixed within a request. */
export interface HeaderFamily {
  signature: string;
  /** Absent when the timestamp is inside the signature header, or there is none. */
  timestamp?: string;
  id?: string;
}

/** A MAC over the body, and over id and timestamp when the provider signs them. */
export interface HmacScheme {
  kind: 'hmac';
  /** Tried in order. The first one with all its headers counts. */
  families: readonly HeaderFamily[];
  /**
   * The layout of the signature header.
   * `fields`: `t=…,v1=…,v1=…`, where every `signatureField` is a candidate.
   * `list`: `v1,… v1,…`, where every item of `version` is a candidate.
   * `whole`: the header is the signature.
   */
  layout:
    | { kind: 'fields'; separator: ',' | ';'; timestampField: string; signatureField: string }
    | { kind: 'list'; version: string }
    | { kind: 'whole' };
  /** What is signed before the body, in this order. `.` and `:` are literal. */
  signedBeforeBody: readonly ('id' | 'timestamp' | '.' | ':')[];
  /** Absent when no timestamp is signed: a captured request can then be sent again at any time. */
  timestampUnit?: 'seconds' | 'milliseconds';
  encoding: 'hex' | 'base64';
  /**
   * How the secret becomes the key. `utf8`: its whole text. `base64`: without `whsec_`, decoded. The prefix does not
   * say which, because providers use it for both. Polar signs with the first, and its SDK takes either. `hex`: decoded.
   */
  /** How every secret of the provider begins, where it always shows it so. */
  prefix?: string;
  key: 'utf8' | 'base64' | 'utf8_or_base64' | 'hex';
  /** The version of Ed25519 signatures that count beside MACs, for secrets that are public keys (`whpk_…`). */
  ed25519Version?: string;
}

/** A token that the operator chose. It is sent with every request, and nothing is signed. */
export interface TokenScheme {
  kind: 'token';
  header: string;
  /** With a user name, the token is the password of HTTP Basic authentication. */
  user?: string;
}

/** A JWT, signed with a key whose public half the issuer publishes. The secret setting pins the issuer. */
export interface JwtScheme {
  kind: 'jwt';
  /** `body`: the body is the token. `bearer`: the token is in the Authorization header, beside a body. */
  token: 'body' | 'bearer';
  /** The issuer that the setting names, or why it names none. */
  issuer(setting: string): JwtIssuer | { problem: string };
  /** How old a token may be. Providers do not sign again when they send again. */
  maxAgeSeconds: number;
}

export interface JwtIssuer {
  keysUrl: string;
  issuer: string;
  audience?: string;
  /** Whether a token without `iss` counts. Then only the issuer's keys prove it. */
  issuerOptional?: boolean;
}

export type Scheme = HmacScheme | TokenScheme | JwtScheme;

/** Before or after now. Paddle's SDK allows 5 s and WorkOS' SDK 180 s, and both fail when clocks differ. */
export const TOLERANCE_SECONDS = 300;

/** https://docs.stripe.com/webhooks#verify-manually. `v0` and other versions never count: that would be a downgrade. */
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

/** Standard Webhooks with Svix' own header names. White-labelled senders use the standard ones. */
export const svix: HmacScheme = {
  ...standardWebhooks,
  families: [
    { signature: 'svix-signature', timestamp: 'svix-timestamp', id: 'svix-id' },
    ...standardWebhooks.families,
  ],
  prefix: 'whsec_',
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
