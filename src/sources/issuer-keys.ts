// The keys that issuers of JWTs publish. They are fetched when a token needs them, and kept for a while.
import { MINUTE_MS } from '../time.ts';
import type { IssuerKeys } from './verification.ts';

/** For an unknown key the issuer is asked again, but not every time: anybody can make up keys. */
const COOLDOWN_MS = 30_000;
const KEPT_MS = 10 * MINUTE_MS;
/** Providers wait a few seconds for the answer to a webhook. */
const TIMEOUT_MS = 3_000;
/** An issuer that is down is not asked for this long, however many tokens come in this time. */
const OUTAGE_MS = 5_000;

/** One key set per URL, for as long as the isolate lives. */
export function issuerKeys(send: typeof fetch, now: () => number): IssuerKeys {
  const sets = new Map<string, ReturnType<IssuerKeys>>();
  return (url) => {
    const known = sets.get(url) ?? open(send, now, url);
    sets.set(url, known);
    return known;
  };
}

async function open(send: typeof fetch, now: () => number, url: string): ReturnType<IssuerKeys> {
  const { createRemoteJWKSet, customFetch } = await import('jose/jwks/remote');
  const { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } = await import('jose/errors');
  const findKey = createRemoteJWKSet(new URL(url), {
    [customFetch]: (address: string, init: RequestInit) => send(address, init),
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEPT_MS,
    timeoutDuration: TIMEOUT_MS,
  });
  let outage: { error: unknown; endsMs: number } | undefined;
  return async (header, token) => {
    // Keys that are still fresh are used during an outage.
    if (outage && now() < outage.endsMs && !findKey.fresh) throw outage.error;
    try {
      return await findKey(header, token);
    } catch (error) {
      // A forged token that names no key or an unknown key says nothing about the issuer.
      const isOutage = !(
        error instanceof JWKSNoMatchingKey || error instanceof JWKSMultipleMatchingKeys
      );
      if (isOutage) outage = { error, endsMs: now() + OUTAGE_MS };
      throw error;
    }
  };
}
