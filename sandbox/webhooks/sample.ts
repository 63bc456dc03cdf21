// What a provider sends when somebody signs up: a body in its documented shape, signed by its own SDK.

/** The person who signs up in a sample. */
export interface SampleSignup {
  /** The provider's event id: the same id is the same event. */
  eventId: string;
  email?: string;
  name?: string;
  userId?: string;
  /** Whatever the app left in the visitor ID's place. */
  visitorId?: unknown;
  referrer?: string;
  occurredAt: Date;
  test?: boolean;
}

export interface Sample {
  /** The source's name, and so its route. */
  source: string;
  /** A signing secret as the provider would show it; random, good for one run. */
  newSecret(): string;
  body(signup: SampleSignup): string;
  /** The headers of one delivery of `body`, signed at `at`. */
  sign(body: string, by: { secret: string; eventId: string; at: Date }): Promise<Headers>;
}

/** 32 random bytes, in the form most providers show. */
export function newWhsec(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;
}

export const unixSeconds = (at: Date) => Math.floor(at.getTime() / 1000);
