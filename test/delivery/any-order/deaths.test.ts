// Two events of a person, of which each may be in an invocation that is ended anywhere: all places, both orders, and the dead
// letters together or apart. A run at random seldom meets the one place that matters.
import { expect, it } from 'vitest';
import { row } from '../consumer.ts';
import { type Kind, messageOf, START } from './events.ts';
import { openStage } from './stage.ts';

/** Before so many calls of the ledger; `undefined`: it is not ended. */
const PLACES = [undefined, 0, 1, 2, 3, 4];
/** The first waits for what the second says. */
const PAIRS: readonly (readonly [Kind, Kind])[] = [
  ['half', 'address'],
  ['half', 'whole'],
  ['unverified', 'verification'],
  ['unverified_without_user', 'verification_without_user'],
];

async function play(kinds: readonly Kind[], places: typeof PLACES, isTogether: boolean) {
  const stage = await openStage(START, { pick: () => 0, attempts: 1 });
  const { consumer } = stage;
  // With a contact that is there, an address that is not verified waits.
  const before = { kind: 'whole' as const, person: 0, isTwice: false };
  const known = { ...messageOf(stage, before, 9), customerId: 'ctm_before' };
  stage.send(known);
  await stage.invoke({ kind: 'consume', atMost: 1 });
  const signups = kinds.map((kind, index) =>
    messageOf(stage, { kind, person: 0, isTwice: false }, index),
  );
  for (const [index, signup] of signups.entries()) {
    const place = places[index];
    const trouble =
      place === undefined ? undefined : { atCall: place, isExecuted: false, ends: 'dies' as const };
    stage.send(signup);
    await stage.invoke({ kind: 'consume', atMost: 1, trouble });
    consumer.nowMs += 1000;
  }
  const atMost = isTogether ? 2 : 1;
  for (let turn = 0; turn < 2; turn += 1) await stage.invoke({ kind: 'dead letters', atMost });
  // What is woken is due at once.
  await stage.calm(2);
  const waiting = signups.find(({ completing, emailVerified, email }) => {
    const lacks = email === undefined || emailVerified === false;
    return !completing && lacks;
  });
  const { status, deliveries = [] } = (await row(waiting?.id ?? '')) ?? {};
  const isOpen = status !== 'delivered' && status !== 'failed';
  return isOpen ? [{ kinds, places, isTogether, status, reason: deliveries[0]?.reason }] : [];
}

it.each(PAIRS.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]))(
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
