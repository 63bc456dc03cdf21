// Two events of a person, of which each may be in an invocation that is ended anywhere: all places, both orders, and the dead
// letters together or apart. A run at random seldom meets the one place that matters.
import { expect, it } from 'vitest';
import type { Kind } from './events.ts';
import { ORDERS, playPair } from './pairs.ts';

/** Before so many calls of the ledger; `undefined`: it is not ended. */
const PLACES = [undefined, 0, 1, 2, 3, 4];
type Place = (typeof PLACES)[number];

async function play(kinds: readonly Kind[], places: readonly Place[], isTogether: boolean) {
  const open = await playPair(
    kinds,
    () => 0,
    async (stage, messages) => {
      for (const [index, message] of messages.entries()) {
        const atCall = places[index];
        const ends = 'dies' as const;
        const trouble = atCall === undefined ? undefined : { atCall, isExecuted: false, ends };
        stage.send(message);
        await stage.invoke({ kind: 'consume', atMost: 1, trouble });
        stage.pass(1000);
      }
      const atMost = isTogether ? 2 : 1;
      for (let turn = 0; turn < 2; turn += 1) await stage.invoke({ kind: 'dead letters', atMost });
    },
  );
  return open ? [{ places, isTogether, ...open }] : [];
}

it.each(ORDERS)(
  'after %s and %s nobody waits for what is known, wherever the invocations end',
  async (...kinds) => {
    const open: unknown[] = [];
    for (const first of PLACES) {
      for (const second of PLACES) {
        const isBothDead = first !== undefined && second !== undefined;
        for (const isTogether of isBothDead ? [true, false] : [true]) {
          open.push(...(await play(kinds, [first, second], isTogether)));
        }
      }
    }
    expect(open).toEqual([]);
  },
  120_000,
);
