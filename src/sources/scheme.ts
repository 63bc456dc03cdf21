// How a provider signs, as data. One core (verify.ts) reads it; providers add no cryptography of their own.

/** The headers of one signing convention. Families never mix within a request. */
export interface HeaderFamily {
  signature: string;
  /** Absent where the timestamp stands inside the signature header. */
  timestamp?: string;
  id?: string;
}

export interface Scheme {
  /** Tried in order; the first whose headers are all there is the one that counts. */
  families: readonly HeaderFamily[];
  /**
   * How the signature header reads.
   * `fields`: `t=…,v1=…,v1=…`, every `signatureField` a candidate.
   * `list`: `v1,… v1,…`, every item of `version` a candidate.
   */
  layout:
    | { kind: 'fields'; timestampField: string; signatureField: string }
    | { kind: 'list'; version: string };
  /** What is signed, in this order; literal text stands for itself. */
  signed: readonly ('id' | 'timestamp' | 'body' | '.' | ':')[];
  timestampUnit: 'seconds' | 'milliseconds';
  encoding: 'hex' | 'base64';
  /**
   * How the secret becomes the HMAC key: its text as it stands, or `whsec_` taken off and the rest
   * base64-decoded. The same prefix means both, depending on the provider: a classic mix-up.
   */
  key: 'utf8' | 'base64';
}

/** Either way around now; the window every official SDK but Paddle's and WorkOS' uses. */
export const TOLERANCE_SECONDS = 300;

/** https://docs.stripe.com/webhooks#verify-manually — `v0` and other versions never count: that is a downgrade. */
export const stripeSignature: Scheme = {
  families: [{ signature: 'stripe-signature' }],
  layout: { kind: 'fields', timestampField: 't', signatureField: 'v1' },
  signed: ['timestamp', '.', 'body'],
  timestampUnit: 'seconds',
  encoding: 'hex',
  key: 'utf8',
};

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const standardWebhooks: Scheme = {
  families: [{ signature: 'webhook-signature', timestamp: 'webhook-timestamp', id: 'webhook-id' }],
  layout: { kind: 'list', version: 'v1' },
  signed: ['id', '.', 'timestamp', '.', 'body'],
  timestampUnit: 'seconds',
  encoding: 'base64',
  key: 'base64',
};

/** Standard Webhooks under Svix' own header names; white-labelled senders use the standard ones. */
export const svix: Scheme = {
  ...standardWebhooks,
  families: [
    { signature: 'svix-signature', timestamp: 'svix-timestamp', id: 'svix-id' },
    ...standardWebhooks.families,
  ],
};
