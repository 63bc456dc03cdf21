// Two events of a person in two invocations at the same time, as when the dead letters are consumed beside the queue: every
// order in which their calls can reach the ledger.
import { expect, it } from 'vitest';
import { ORDERS, playPair } from './pairs.ts';

/** The first draw says who takes which message. An invocation makes four calls or five. */
const TURNS = 6;

it.each(ORDERS)(
  '%s beside %s leaves nobody waiting for what is known, in whatever order they reach the ledger',
  async (...kinds) => {
    const open: unknown[] = [];
    for (let order = 0; order < 2 ** TURNS; order += 1) {
      let turn = 0;
      const pick = (limit: number) => {
        if (limit < 2) return 0;
        turn += 1;
        return (order >> (turn - 1)) & 1;
      };
      const end = await playPair(kinds, pick, async (stage, messages) => {
        turn = 0;
        stage.send(...messages);
        await stage.invoke({ kind: 'consume', atMost: 1 }, { kind: 'consume', atMost: 1 });
      });
      if (end) open.push({ order: order.toString(2).padStart(TURNS, '0'), ...end });
    }
    expect(open).toEqual([]);
  },
  120_000,
);
