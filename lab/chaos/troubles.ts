// The troubles of a run of `npm run chaos` beside the weather: the ledger refuses writes, then reads, and HubSpot hangs.
import { type Outage, readsRefused, writesRefused } from './outages.ts';
import { patiently } from './patiently.ts';
import type { Stage } from './stage.ts';

const MINUTE_MS = 60_000;

interface Trouble {
  /** It begins when so many of the signups have been accepted. */
  share: number;
  minutes: number;
  outage: Outage;
}

/** Long enough for the queue to give up on messages, with the attempts that a run allows. */
const READS_REFUSED_MINUTES = 10;

function troublesOf({ cloud, hang }: Stage): Trouble[] {
  const hanging = { begin: async () => hang(true), end: async () => hang(false) };
  return [
    { share: 0.2, minutes: 3, outage: writesRefused(cloud) },
    { share: 0.4, minutes: 3, outage: hanging },
    { share: 0.6, minutes: READS_REFUSED_MINUTES, outage: readsRefused(cloud) },
  ];
}

/** Resolves when all of them are over. Ends the one that has begun when the run is ended. */
export async function makeTrouble(
  stage: Stage,
  share: () => number,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (const trouble of troublesOf(stage)) {
    while (share() < trouble.share && !signal.aborted) await stage.clock.sleep(1_000);
    if (signal.aborted) return count;
    await trouble.outage.begin();
    count += 1;
    const endsAt = stage.clock.now() + trouble.minutes * MINUTE_MS;
    while (stage.clock.now() < endsAt && !signal.aborted) await stage.clock.sleep(1_000);
    await trouble.outage.end();
  }
  return count;
}

/** An hour passes for every signup that is to be refreshed. Returns how many those are. */
export async function makeRefreshesDue({ cloud, clock }: Stage): Promise<number> {
  const refreshFrom = new Date(clock.now() - 60 * MINUTE_MS + 5_000).toISOString();
  const [due] = await patiently(() =>
    cloud.query('SELECT count(*) AS n FROM signups WHERE refresh_from IS NOT NULL'),
  );
  await patiently(() =>
    cloud.query(
      `UPDATE signups SET refresh_from = '${refreshFrom}' WHERE refresh_from IS NOT NULL`,
    ),
  );
  return Number(due?.n);
}
