// A batch with the incomplete signups that its events complete: they wait in the ledger, and go on in the same batch, so
// that the wait costs no message.
import { takeNews } from '../ledger/completions.ts';
import { wakeLater } from '../ledger/end-waits.ts';
import { readKnown } from '../ledger/person-news.ts';
import type { Signup } from '../model.ts';
import { isoOf } from '../time.ts';
import { type DeliverDependencies, type Disposition, deliverSignups } from './deliver.ts';
import type { Seen } from './doubt.ts';

/** With fewer, the rescue brings those who can go on. */
const STATEMENTS_OF_A_BATCH = 40;

/**
 * Completing events are no signups: what they say is kept, and completes others. The answer has a disposition for those
 * that were completed as well, though they have no message in the batch. `seen`: the message of each, by ID.
 */
export async function deliverWithWoken(
  dependencies: DeliverDependencies,
  messages: readonly Signup[],
  seen: ReadonlyMap<string, Seen>,
): Promise<ReadonlyMap<string, Disposition>> {
  const { ledger, now, statementsLeft } = dependencies;
  const woken = await takeNews(ledger, messages, isoOf(now()));
  const signups = [...messages.filter(({ completing }) => !completing), ...woken];
  const dispositions = new Map<string, Disposition>(
    messages.map(({ id }) => [id, { kind: 'done' }]),
  );
  const merge = (more: ReadonlyMap<string, Disposition>) => {
    for (const [id, disposition] of more) dispositions.set(id, disposition);
  };
  if (signups.length > 0) merge(await deliverSignups(dependencies, signups, seen));

  // What has come from another batch between the reading and the writing of the ledger.
  const parked = signups.filter(({ id }) => isParked(dispositions.get(id)));
  const late = parked.length > 0 ? await readKnown(ledger, parked) : [];
  if (late.length > 0 && statementsLeft() < STATEMENTS_OF_A_BATCH) {
    await wakeLater(ledger, late, isoOf(now()));
  } else if (late.length > 0) merge(await deliverSignups(dependencies, late, seen));
  // They have no message that could come back.
  const left = woken.filter(({ id }) => dispositions.get(id)?.kind === 'left' && !seen.has(id));
  await wakeLater(ledger, left, isoOf(now()));
  return dispositions;
}

const isParked = (disposition: Disposition | undefined) =>
  disposition?.kind === 'done' && disposition.isParked === true;
