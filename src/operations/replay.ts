// Signups delivered again. What the contact holds already is guarded at the destination: a known first touch stays, and
// older values never replace newer ones.
import { unsentOf } from '../delivery/enqueue.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Position } from '../ledger/list.ts';
import {
  type ReplayFilter,
  readOne,
  readReplayable,
  removePlaceholders,
  reopen,
  undoReopen,
} from '../ledger/replays.ts';
import { readByIds, type StoredSignup } from '../ledger/stored-signups.ts';
import { MESSAGES_PER_SEND } from '../limits.ts';
import type { Signup } from '../model.ts';
import { isoOf } from '../time.ts';

export interface ReplayDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every signup is safe on the queue. */
  enqueueAll(signups: readonly Signup[]): Promise<unknown>;
  now(): number;
}

export const REPLAY_AT_ONCE = MESSAGES_PER_SEND;

export interface Replayed {
  replayed: readonly string[];
  /** IDs of messages that this version cannot read. */
  unreadable: readonly string[];
  /** Where to go on when there is more of the kind. */
  next?: Position;
}

/** Replays one signup; `undefined` when the ledger does not know it. */
export async function replaySignup(
  dependencies: ReplayDependencies,
  id: string,
): Promise<Replayed | undefined> {
  const stored = await readOne(dependencies.ledger, id);
  return stored.length === 0 ? undefined : replay(dependencies, stored);
}

/** Replays these signups; those that the ledger does not know are left out. */
export async function replayThese(
  dependencies: ReplayDependencies,
  ids: readonly string[],
): Promise<Replayed> {
  const stored = await readByIds(dependencies.ledger, ids.slice(0, REPLAY_AT_ONCE));
  return replay(dependencies, stored);
}

/** Replays up to a hundred signups of a kind, oldest first. */
export async function replayAll(
  dependencies: ReplayDependencies,
  filter: ReplayFilter,
): Promise<Replayed> {
  const stored = await readReplayable(dependencies.ledger, filter, REPLAY_AT_ONCE + 1);
  const taken = stored.slice(0, REPLAY_AT_ONCE);
  const last = taken.at(-1);
  const replayed = await replay(dependencies, taken, filter);
  return stored.length > REPLAY_AT_ONCE && last
    ? { ...replayed, next: { receivedAt: last.receivedAt, id: last.id } }
    : replayed;
}

/** With a filter, only its deliveries are opened again. */
async function replay(
  { ledger, enqueueAll, now }: ReplayDependencies,
  stored: readonly StoredSignup[],
  filter?: ReplayFilter,
): Promise<Replayed> {
  const readable = stored.flatMap(({ id, signup }) => (signup ? [{ id, signup }] : []));
  const signups = readable.map(({ signup }) => signup);
  const ids = signups.map(({ id }) => id);
  if (signups.length > 0) {
    // Opened before the message is there: otherwise a fast queue would find the delivery still ended.
    const before = await reopen(ledger, ids, isoOf(now()), filter);
    try {
      await enqueueAll(signups);
    } catch (error) {
      const unsent = new Set(unsentOf(error, ids));
      await undoReopen(
        ledger,
        before.filter(({ signupId }) => unsent.has(signupId)),
        isoOf(now()),
      );
      throw error;
    }
    // The row of a message that an older version could not read; the signup gets a row under its own ID.
    const placeholders = readable.filter(({ id, signup }) => id !== signup.id);
    if (placeholders.length > 0) {
      await removePlaceholders(
        ledger,
        placeholders.map(({ id }) => id),
      );
    }
  }
  const unreadable = stored.filter(({ signup }) => !signup).map(({ id }) => id);
  return { replayed: ids, unreadable };
}
