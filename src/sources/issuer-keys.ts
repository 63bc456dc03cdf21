// The keys that issuers of JWTs publish: fetched when a token needs them, kept for a while.
import type { IssuerKeys } from './verify.ts';

/** An unknown key asks the issuer again, but a stranger's made-up keys must not ask it every time. */
const COOLDOWN_MS = 30_000;
const KEPT_MS = 10 * 60_000;
/** Providers wait a few seconds for the answer to a webhook. */
const TIMEOUT_MS = 3_000;

/** One key set per URL, for as long as the isolate lives. */
export function issuerKeys(send: typeof fetch): IssuerKeys {
  const sets = new Map<string, ReturnType<IssuerKeys>>();
  return (url) => {
    const known = sets.get(url) ?? open(send, url);
    sets.set(url, known);
    return known;
  };
}

async function open(send: typeof fetch, url: string): ReturnType<IssuerKeys> {
  const { createRemoteJWKSet, customFetch } = await import('jose/jwks/remote');
  return createRemoteJWKSet(new URL(url), {
    [customFetch]: (address: string, init: RequestInit) => send(address, init),
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEPT_MS,
    timeoutDuration: TIMEOUT_MS,
  });
}
