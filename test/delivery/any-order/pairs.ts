// Pairs of events of one person, of which the first waits for what the second says, and how they end.
import { row } from '../consumer.ts';
import { type Kind, messageOf, START } from './events.ts';
import { openStage, type Stage } from './stage.ts';

const PAIRS: readonly (readonly [Kind, Kind])[] = [
  ['half', 'address'],
  ['half', 'whole'],
  ['unverified', 'verification'],
  ['unverified_without_user', 'verification_without_user'],
];

/** In both orders. */
export const ORDERS = PAIRS.flatMap(
  ([one, other]) =>
    [
      [one, other],
      [other, one],
    ] as const,
);

/** Plays what happens to the two. Returns how the first of the pair ended, if it waits for what is known. */
export async function playPair(
  kinds: readonly Kind[],
  pick: (limit: number) => number,
  play: (stage: Stage, signups: readonly ReturnType<typeof messageOf>[]) => Promise<void>,
) {
  const stage = await openStage(START, { pick, attempts: 1 });
  const messages = kinds.map((kind, index) =>
    messageOf(stage, { kind, person: 0, isTwice: false }, index),
  );
  // With a contact that is there, an address that is not verified waits.
  const before = messageOf(stage, { kind: 'whole', person: 0, isTwice: false }, kinds.length);
  stage.send({ ...before, customerId: 'ctm_before' });
  await stage.invoke({ kind: 'consume', atMost: 1 });
  await play(stage, messages);
  // What is woken is due at once.
  await stage.calm(2);
  const waiting = messages.find(
    ({ completing, email, emailVerified }) =>
      !completing && (email === undefined || emailVerified === false),
  );
  const { status, deliveries = [] } = (await row(waiting?.id ?? '')) ?? {};
  const isOver = status === 'delivered' || status === 'failed';
  return isOver ? undefined : { status, reason: deliveries[0]?.reason };
}
