// The accept path when the caller hangs up. From compatibility date 2026-11-17 on every request has a signal that says
// so, and the tests run with it already. https://developers.cloudflare.com/workers/configuration/compatibility-flags/
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listSignups } from '../src/ledger/list.ts';
import { createWorld, somebody, webhook } from './world.ts';

beforeEach(async () => {
  await createWorld();
});

describe('a provider that hangs up', () => {
  it('is noticed, since requests have a signal', () => {
    expect(Cloudflare.compatibilityFlags.enable_request_signal).toBe(true);
  });

  it.each(['stripe', 'clerk', 'signup'])(
    'while the queue accepts the signup loses nothing: %s',
    async (source) => {
      const caller = new AbortController();
      const enqueue = env.SIGNUPS.send.bind(env.SIGNUPS);
      const hangUp = vi.spyOn(env.SIGNUPS, 'send').mockImplementation((...message) => {
        caller.abort();
        return enqueue(...message);
      });
      onTestFinished(() => hangUp.mockRestore());
      const person = somebody();
      const request = new Request(await webhook(source, person), { signal: caller.signal });
      await expect(exports.default.fetch(request)).rejects.toThrow();
      const arrived = await vi.waitUntil(
        async () => {
          const { items } = await listSignups(env.LEDGER, { limit: 10 });
          return items.find(({ status }) => status === 'delivered');
        },
        { timeout: 10_000 },
      );
      expect(arrived.email).toBe(person.email);
    },
  );
});
