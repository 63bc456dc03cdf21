// The memory at the door: repeats cost nothing, and nothing is taken for a repeat that is none.
import { describe, expect, it } from 'vitest';
import type { Signup } from '../../src/model.ts';
import { sendOnce } from '../../src/web/send-once.ts';

const signup = (changes: Partial<Signup> = {}): Signup => ({
  version: 1,
  id: 'signup:1',
  source: 'signup',
  email: 'ada@example.com',
  occurredAt: '2026-11-23T09:00:00.000Z',
  receivedAt: '2026-11-23T09:00:00.000Z',
  test: false,
  ...changes,
});

function door({ fails = 0 } = {}) {
  const sent: Signup[] = [];
  let failures = fails;
  let nowMs = Date.parse('2026-11-23T09:00:00.000Z');
  const send = sendOnce(
    async (message) => {
      // As a queue does, it answers later.
      await Promise.resolve();
      failures -= 1;
      if (failures >= 0) throw new Error('the queue is down');
      sent.push(message);
    },
    { now: () => nowMs, sleep: () => Promise.resolve() },
  );
  return { sent, send, later: (ms: number) => (nowMs += ms) };
}

describe('a signup that comes again', () => {
  it('is sent once, however often it comes', async () => {
    const { send, sent } = door();
    for (let turn = 0; turn < 300; turn += 1) await send(signup());
    expect(sent).toHaveLength(1);
  });

  it('is sent once when all come together', async () => {
    const { send, sent } = door();
    await Promise.all(Array.from({ length: 300 }, () => send(signup())));
    expect(sent).toHaveLength(1);
  });

  it('is sent again when the queue had refused it', async () => {
    const { send, sent } = door({ fails: 1 });
    await expect(send(signup())).rejects.toThrow('down');
    await send(signup());
    expect(sent).toHaveLength(1);
  });

  it('is sent by another request when the queue refuses the first of several', async () => {
    const { send, sent } = door({ fails: 1 });
    const ends = await Promise.allSettled(Array.from({ length: 3 }, () => send(signup())));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(sent).toHaveLength(1);
  });

  it.each<[string, Partial<Signup>]>([
    ['another id', { id: 'signup:2' }],
    ['an address', { email: 'ada@acme.io' }],
    ['no address', { email: undefined }],
    ['a verification', { emailVerified: true }],
    ['a visitor ID', { visitorId: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd' }],
  ])('is another one with %s', async (_, changes) => {
    const { send, sent } = door();
    await send(signup());
    await send(signup(changes));
    await send(signup(changes));
    expect(sent).toHaveLength(2);
  });

  it('is the same with another visitor ID, name or time, which its sender can make up', async () => {
    const { send, sent } = door();
    await send(signup({ visitorId: 'b3ab2331-989f-4cfa-91c6-2461c9e3c6bd' }));
    await send(signup({ visitorId: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd' }));
    await send(
      signup({
        visitorId: 'c3ab2331-989f-4cfa-91c6-2461c9e3c6bd',
        name: 'Eve',
        receivedAt: '2026-11-23T09:01:00.000Z',
      }),
    );
    expect(sent).toHaveLength(1);
  });

  it('is forgotten after an hour, and after a thousand others', async () => {
    const { send, sent, later } = door();
    await send(signup());
    later(59 * 60_000);
    await send(signup());
    expect(sent).toHaveLength(1);
    later(60_000);
    await send(signup());
    expect(sent).toHaveLength(2);
    for (let other = 1; other <= 1_000; other += 1) await send(signup({ id: `signup:x${other}` }));
    await send(signup());
    await send(signup({ id: 'signup:x1000' }));
    expect(sent).toHaveLength(1_003);
  });
});
