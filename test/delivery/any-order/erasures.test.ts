// Somebody is erased while a batch has an event of theirs, in every order in which the two can reach the ledger.
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { type Kind, messageOf, START } from './events.ts';
import { openStage } from './stage.ts';

const TURNS = 5;
const EMAIL = 'person.0@example.com';

/** Everything that is kept, as one text. */
async function kept(): Promise<string> {
  const tables = await env.LEDGER.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all<{ name: string }>();
  const rows = await Promise.all(
    tables.results.map(async ({ name }) => [
      name,
      (await env.LEDGER.prepare(`SELECT * FROM ${name}`).all()).results,
    ]),
  );
  const { keys } = await env.VISITORS.list();
  return [...rows.map((row) => JSON.stringify(row)), ...keys.map(({ name }) => name)].join('\n');
}

/** The first has arrived when somebody is erased beside the second. */
async function play(first: Kind | undefined, second: Kind, order: number): Promise<string[]> {
  let turn = TURNS;
  const stage = await openStage(START, {
    pick(limit) {
      if (limit < 2 || turn >= TURNS) return 0;
      turn += 1;
      return (order >> (turn - 1)) & 1;
    },
    attempts: 2,
  });
  const [before, beside] = [first ?? second, second].map((kind, index) =>
    messageOf(stage, { kind, person: 0, isTwice: false }, index),
  );
  if (!before || !beside) throw new Error('A pair has two events.');
  if (first) {
    stage.send(before);
    await stage.invoke({ kind: 'consume', atMost: 1 });
    stage.pass(60_000);
  }
  stage.send(beside);
  turn = 0;
  await stage.invoke({ kind: 'consume', atMost: 1 }, { kind: 'erase', atMost: 0, email: EMAIL });
  turn = TURNS;
  await stage.calm(2);
  const text = await kept();
  const traces = [EMAIL, before.visitorId ?? EMAIL, beside.visitorId ?? EMAIL];
  return text.split('\n').filter((line) => traces.some((trace) => line.includes(trace)));
}

/** Of the first the person is known when it comes, or with the second. */
const PAIRS: readonly (readonly [Kind | undefined, Kind])[] = [
  [undefined, 'whole'],
  [undefined, 'address'],
  ['half', 'address'],
  ['half', 'whole'],
  ['address', 'half'],
  ['whole', 'half'],
  ['whole', 'verification_without_user'],
  ['unverified', 'verification'],
];

it.each(PAIRS)(
  'an erasure beside an event leaves nothing of the person: first %s, then %s',
  async (first, second) => {
    const left: unknown[] = [];
    for (let order = 0; order < 2 ** TURNS; order += 1) {
      const lines = await play(first, second, order);
      if (lines.length > 0) left.push({ order: order.toString(2).padStart(TURNS, '0'), lines });
    }
    expect(left).toEqual([]);
  },
  400_000,
);
