// The ledger is read before a delivery: how far each signup has come, and who must not come back.
import * as z from 'zod/mini';
import { DELIVERY_STATUSES, type DeliveryStatus, type Signup } from '../model.ts';
import { customerOf } from './customer.ts';
import { IN_LIST, type LedgerDatabase, OF_ONE, rowsOf } from './database.ts';
import { type Lack, lackOf } from './lacks.ts';
import { type News, personNews } from './person-news.ts';
import { type Erasures, erasuresOf } from './tombstones.ts';

/** A signup on its way, with what the ledger knows of it. */
export interface Item {
  signup: Signup;
  state: DeliveryState;
}

export interface DeliveryState {
  /** How far it has come, by destination. Empty for a signup that is here for the first time. */
  progress: ReadonlyMap<string, Progress>;
  /** Failed attempts to fetch the visitor. */
  failedLookups: number;
  /** It is on trial: an invocation that had it ended without a word. */
  isOnTrial: boolean;
  /** What other events have said of the person, for a signup that does not say it itself. */
  news: readonly News[];
  /** The same signup as the ledger has it, while it has not arrived. */
  half?: Signup | undefined;
  /** The newest signup that has arrived with a known visitor, by email: for each address that the person may have. */
  newest: ReadonlyMap<string, NewestSignup>;
  /** The erasures that concern the batch. */
  erasures: Erasures;
}

/** How far a signup has come with one destination. */
export interface Progress {
  status: DeliveryStatus;
  attempts: number;
  reason: string | null;
  detail: string | null;
  /** For `waiting`: ISO 8601. */
  nextAttemptAt: string | null;
  /** What the signup lacked. While it waits for that, no message brings it back. */
  lack: Lack | undefined;
  /** The reasons of all attempts that the ledger still knows. */
  reasons: readonly string[];
  /** When it first arrived; ISO 8601. */
  deliveredAt: string | null;
  /** The ID of the record in the service. */
  externalId: string | null;
  /** What the destination wants back with its next attempt. */
  memo: string | null;
  /** Which message of the queue it was written for, as `triedOf` says it. */
  tried: string | null;
}

export interface NewestSignup {
  occurredAt: string;
  visitorId: string;
}

/** One item per signup, in the same order, in one round trip. */
export async function readItems(
  database: LedgerDatabase,
  signups: readonly Signup[],
): Promise<Item[]> {
  const ids = JSON.stringify(signups.map(({ id }) => id));
  const nameless = signups.filter(({ email }) => email === undefined);
  const customers = JSON.stringify(nameless.flatMap((signup) => customerOf(signup) ?? []));
  const emails = JSON.stringify(signups.flatMap(({ email }) => email ?? []));
  const erasures = await erasuresOf(database, signups);
  const read = (statement: string, ...values: string[]) =>
    database.prepare(statement).bind(...values);
  const news = personNews(database, signups);
  const [deliveries, lookups, newest, ...others] = await database.batch([
    read(READ_PROGRESS, ids),
    read(READ_LOOKUPS, ids),
    read(READ_NEWEST, emails, customers),
    ...news.statements,
    ...erasures.statements,
  ]);

  const progress = Map.groupBy(rowsOf(ProgressRow, deliveries), ({ signupId }) => signupId);
  const looked = new Map(rowsOf(LookupRow, lookups).map((row) => [row.id, row]));
  const newestOf = new Map(rowsOf(NewestRow, newest).map((row) => [row.email, row]));
  const newsFor = news.parse(others);
  const concerned = erasures.parse(others.slice(news.statements.length));
  return signups.map((signup): Item => {
    const rows = progress.get(signup.id) ?? [];
    return {
      signup,
      state: {
        progress: new Map(rows.map((one) => [one.destination, progressOf(one)])),
        failedLookups: looked.get(signup.id)?.lookups ?? 0,
        isOnTrial: looked.get(signup.id)?.isOnTrial === 1,
        ...newsFor(signup),
        newest: newestOf,
        erasures: concerned,
      },
    };
  });
}

function progressOf({ signupId, destination, ...reached }: z.output<typeof ProgressRow>): Progress {
  return { ...reached, lack: lackOf(reached) };
}

const READ_PROGRESS = `
  SELECT signup_id AS signupId, destination, status, attempts, reason, detail,
         next_attempt_at AS nextAttemptAt, delivered_at AS deliveredAt,
         external_id AS externalId, memo, tried,
         (SELECT group_concat(DISTINCT value->>'reason') FROM json_each(history)) AS reasons
  FROM deliveries WHERE signup_id ${IN_LIST}`;
const READ_LOOKUPS = `
  SELECT id, lookups, EXISTS (SELECT 1 FROM trials WHERE signup_id = signups.id) AS isOnTrial
  FROM signups WHERE id ${IN_LIST}`;
/** The latest signups of the person, until one fits. */
const READ_NEWEST = `
  WITH found AS MATERIALIZED (
    SELECT email, (
      SELECT json_array(occurred_at, visitor_id) FROM (
        SELECT id, occurred_at, visitor_id, match FROM signups s
        WHERE s.email = person.email ORDER BY occurred_at DESC LIMIT ${OF_ONE}) AS latest
      WHERE match = 'matched' AND visitor_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM deliveries WHERE signup_id = latest.id AND delivered_at IS NOT NULL)
      LIMIT 1) AS newest
    FROM (SELECT value AS email FROM json_each(?1)
          UNION SELECT s.email FROM json_each(?2) AS c CROSS JOIN signups s ON s.customer = c.value AND s.occurred_at >= ifnull((
            SELECT occurred_at FROM signups WHERE customer = c.value ORDER BY occurred_at DESC LIMIT 1 OFFSET ${OF_ONE - 1}), '')
          UNION SELECT email FROM completions WHERE person IN (SELECT value FROM json_each(?2))) AS person)
  SELECT email, newest->>0 AS occurredAt, newest->>1 AS visitorId FROM found WHERE newest IS NOT NULL`;

const ProgressRow = z.object({
  signupId: z.string(),
  destination: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.number(),
  reason: z.nullable(z.string()),
  detail: z.nullable(z.string()),
  nextAttemptAt: z.nullable(z.string()),
  reasons: z.pipe(
    z.nullable(z.string()),
    z.transform((codes) => codes?.split(',') ?? []),
  ),
  deliveredAt: z.nullable(z.string()),
  externalId: z.nullable(z.string()),
  memo: z.nullable(z.string()),
  tried: z.nullable(z.string()),
});
const LookupRow = z.object({ id: z.string(), lookups: z.number(), isOnTrial: z.number() });
const NewestRow = z.object({ email: z.string(), occurredAt: z.string(), visitorId: z.string() });
