// The ledger is read before a delivery: how far each signup has come, and who must not come back.
import * as z from 'zod/mini';
import { DELIVERY_STATUSES, type DeliveryStatus, type Signup } from '../model.ts';
import { customerOf } from './customer.ts';
import type { LedgerDatabase } from './database.ts';
import { type Erasures, erasuresOf } from './tombstones.ts';

/** How far a signup has come with one destination. */
export interface Progress {
  status: DeliveryStatus;
  attempts: number;
  reason: string | null;
}

/** What the ledger knows of signups before they are delivered. */
export interface Standing {
  /** By signup id, then by destination; signups the ledger does not know are absent. */
  progress: ReadonlyMap<string, ReadonlyMap<string, Progress>>;
  /** How often DataFast was asked in vain, by signup id. */
  lookups: ReadonlyMap<string, number>;
  /** What is known of the customers (`<source>:<id>`) of signups that have no email themselves. */
  customers: ReadonlyMap<string, CustomerDetails>;
  /** The newest signup of a person that has arrived with a known visitor, by email. */
  newest: ReadonlyMap<string, NewestSignup>;
  erasures: Erasures;
}

export interface NewestSignup {
  occurredAt: string;
  visitorId: string;
}

/** Reads it in one round trip. */
export async function readStanding(
  database: LedgerDatabase,
  signups: readonly Signup[],
): Promise<Standing> {
  const ids = JSON.stringify(signups.map(({ id }) => id));
  const nameless = signups.filter(({ email }) => email === undefined);
  const customers = JSON.stringify(nameless.flatMap((signup) => customerOf(signup) ?? []));
  const emails = JSON.stringify(signups.flatMap(({ email }) => email ?? []));
  const erasures = await erasuresOf(database, signups);
  const read = (statement: string, value: string) => database.prepare(statement).bind(value);
  const [deliveries, lookups, details, newest, ...erased] = await database.batch([
    read(READ_PROGRESS, ids),
    read(READ_LOOKUPS, ids),
    read(READ_CUSTOMERS, customers),
    database.prepare(READ_NEWEST).bind(emails, customers),
    ...erasures.statements,
  ]);
  const progress = new Map<string, Map<string, Progress>>();
  for (const { signupId, destination, ...row } of ProgressRows.parse(deliveries?.results)) {
    const destinations = progress.get(signupId) ?? new Map<string, Progress>();
    progress.set(signupId, destinations.set(destination, row));
  }
  return {
    progress,
    lookups: new Map(LookupRows.parse(lookups?.results).map(({ id, lookups: n }) => [id, n])),
    erasures: erasures.parse(erased),
    newest: new Map(NewestRows.parse(newest?.results).map(({ email, ...row }) => [email, row])),
    customers: new Map(
      CustomerRows.parse(details?.results).map(({ customer, name, ...known }) => [
        customer,
        { ...known, name: name ?? undefined },
      ]),
    ),
  };
}

const IN_IDS = 'IN (SELECT value FROM json_each(?1))';
const READ_PROGRESS = `
  SELECT signup_id AS signupId, destination, status, attempts, reason
  FROM deliveries WHERE signup_id ${IN_IDS}`;
const READ_LOOKUPS = `SELECT id, lookups FROM signups WHERE id ${IN_IDS}`;
/** What events of these customers have told about them; the latest comes last. */
const READ_CUSTOMERS = `
  SELECT customer, email, signup->>'name' AS name, occurred_at AS occurredAt FROM signups
  WHERE customer ${IN_IDS} AND email IS NOT NULL ORDER BY occurred_at`;
const READ_NEWEST = `
  SELECT email, max(occurred_at) AS occurredAt, visitor_id AS visitorId FROM signups
  WHERE email IN (SELECT value FROM json_each(?1)
                  UNION SELECT email FROM signups WHERE customer IN (SELECT value FROM json_each(?2)))
    AND match = 'matched' AND visitor_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM deliveries WHERE signup_id = signups.id AND delivered_at IS NOT NULL)
  GROUP BY email`;

const ProgressRows = z.array(
  z.object({
    signupId: z.string(),
    destination: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.number(),
    reason: z.nullable(z.string()),
  }),
);
const LookupRows = z.array(z.object({ id: z.string(), lookups: z.number() }));
const CustomerRows = z.array(
  z.object({
    customer: z.string(),
    email: z.string(),
    name: z.nullable(z.string()),
    occurredAt: z.string(),
  }),
);
const NewestRows = z.array(
  z.object({ email: z.string(), occurredAt: z.string(), visitorId: z.string() }),
);

export interface CustomerDetails {
  email: string;
  name?: string;
  /** When the event that says so happened; the latest one counts. */
  occurredAt: string;
}
