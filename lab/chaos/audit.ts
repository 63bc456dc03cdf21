// What `npm run chaos` proves when all is over, by count: no signup lost, none doubled, ledger and CRM of one mind.
// The CRM's side is judged by the stand-in's own memory, the expectations by the crowd; nothing of src/ is asked.
import * as z from 'zod';
import type { DatafastVisitor } from '../../stand-ins/datafast/record.ts';
import type { HubspotStandIn } from '../../stand-ins/hubspot.ts';
import type { Announcement } from './population.ts';

export interface Check {
  what: string;
  /** How many were looked at. */
  looked: number;
  /** What is not as it must be, one line each. */
  differences: readonly string[];
}

export const LEDGER_ROWS = `
  SELECT s.id, s.email, s.status, s.match, s.occurred_at AS occurredAt,
         (SELECT count(*) FROM deliveries d WHERE d.signup_id = s.id) AS deliveries,
         d.status AS deliveryStatus, d.reason, d.external_id AS externalId, d.written
  FROM signups s LEFT JOIN deliveries d ON d.signup_id = s.id AND d.destination = 'hubspot'`;

const Rows = z.array(
  z.object({
    id: z.string(),
    email: z.string().nullable(),
    status: z.string(),
    match: z.string().nullable(),
    occurredAt: z.string(),
    deliveries: z.number(),
    deliveryStatus: z.string().nullable(),
    reason: z.string().nullable(),
    externalId: z.string().nullable(),
    written: z
      .string()
      .nullable()
      .transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json ?? '{}'))),
  }),
);
type Row = z.infer<typeof Rows>[number];

/** Written once: the contact may have had one value of each, ever. */
const FROZEN = [
  ...['datafast_visitor_id', 'datafast_campaign', 'datafast_source', 'datafast_channel'],
  ...['datafast_landing_page', 'datafast_first_seen_at', 'datafast_evidence'],
  ...['datafast_signed_up_at', 'datafast_signup_source'],
];

/** Moments that may only move forward. */
const LATEST = ['datafast_scored_at', 'datafast_last_seen_at'];

export function audit(
  accepted: ReadonlyMap<string, Announcement>,
  answers: { count: number; surprises: readonly string[] },
  ledger: unknown,
  hubspot: Pick<HubspotStandIn, 'contacts' | 'history'>,
): Check[] {
  const rows = new Map(Rows.parse(ledger).map((row) => [row.id, row]));
  const contacts = Map.groupBy(hubspot.contacts(), ({ properties }) => properties.email ?? '');
  const people = Map.groupBy(
    [...accepted].flatMap(([id, announcement]) => {
      const row = rows.get(id);
      return row && announcement.match ? [{ row, announcement }] : [];
    }),
    ({ announcement }) => announcement.signup.email?.toLowerCase() ?? '',
  );

  const check = <Item>(
    what: string,
    items: Iterable<Item>,
    differencesOf: (item: Item) => string | readonly string[] | undefined,
  ): Check => {
    const all = [...items];
    return {
      what,
      looked: all.length,
      differences: all.flatMap((one) => differencesOf(one) ?? []),
    };
  };

  return [
    {
      what: 'providers get the answers they are promised',
      looked: answers.count,
      differences: answers.surprises,
    },
    check('every accepted signup is in the ledger', accepted.keys(), (id) =>
      rows.has(id) ? undefined : `${id} is not in the ledger`,
    ),
    check('the ledger holds no other', rows.keys(), (id) =>
      accepted.has(id) ? undefined : `${id} was never accepted`,
    ),
    check('each has ended, as it must', rows.values(), (row) => {
      const announcement = accepted.get(row.id);
      return announcement && endOf(row, announcement);
    }),
    check('each with the match of its visitor', rows.values(), ({ id, match }) => {
      const expected = accepted.get(id)?.match ?? null;
      return match === expected ? undefined : `${id}: match is ${match}, not ${expected}`;
    }),
    check('every person is one contact', people.keys(), (email) => {
      const count = contacts.get(email)?.length ?? 0;
      return count === 1 ? undefined : `${email} is ${count} contacts`;
    }),
    check('the CRM holds no other', contacts.keys(), (email) =>
      people.has(email) ? undefined : `${email} never signed up`,
    ),
    check('the ledger names that contact', rows.values(), ({ id, externalId }) => {
      const { match, signup } = accepted.get(id) ?? {};
      const contact = contacts.get(signup?.email?.toLowerCase() ?? '')?.[0];
      const expected = match && contact ? contact.id : null;
      return externalId === expected ? undefined : `${id}: ${externalId}, not ${expected}`;
    }),
    check('the first touch was written once', hubspot.contacts(), ({ id, properties }) =>
      FROZEN.flatMap((property) => {
        const values = hubspot.history(id, property).map(({ value }) => value);
        if (values.length <= 1) return [];
        return [`${properties.email}: ${property} was ${values.join(', before ')}`];
      }),
    ),
    check('whole, and from a visitor of the person', people, ([email, signups]) =>
      firstTouchOf(signups, contacts.get(email)?.[0]?.properties ?? {}, email),
    ),
    check('live values are the newest, of one visitor', people, ([email, signups]) =>
      liveValuesOf(signups, contacts.get(email)?.[0]?.properties ?? {}, email),
    ),
  ];
}

function endOf(row: Row, { match, skippedFor }: Announcement): string | undefined {
  const { id, status, deliveries, deliveryStatus, reason } = row;
  const expected = match ? 'delivered' : 'skipped';
  if (deliveries !== 1) return `${id} has ${deliveries} deliveries`;
  if (status !== expected || deliveryStatus !== expected) {
    return `${id} is ${status} (${deliveryStatus}: ${reason}), not ${expected}`;
  }
  if (!match && reason !== skippedFor) return `${id} is skipped for ${reason}, not ${skippedFor}`;
  return undefined;
}

interface Told {
  row: Row;
  announcement: Announcement;
}
type Held = Readonly<Record<string, string>>;

function matchedOf(signups: readonly Told[]): DatafastVisitor[] {
  return signups.flatMap(({ announcement: { match, visitor } }) =>
    match === 'matched' && visitor && !('bot' in visitor) ? [visitor] : [],
  );
}

function firstTouchOf(signups: readonly Told[], held: Held, email: string): string[] {
  const visitors = matchedOf(signups);
  const given = held.datafast_visitor_id;
  const differences: string[] = [];
  const mustBe = (property: string, expected: string | undefined) => {
    if (held[property] === expected) return;
    differences.push(`${email}: ${property} is ${held[property]}, not ${expected}`);
  };
  const moments = signups.map(({ row }) => Date.parse(row.occurredAt));
  if (!moments.includes(timeOf(held.datafast_signed_up_at) ?? 0)) {
    differences.push(`${email}: datafast_signed_up_at is ${held.datafast_signed_up_at}`);
  }
  const visitor = visitors.find(({ visitorId }) => visitorId === given);
  if (visitors.length > 0 && !visitor) {
    return [...differences, `${email}: datafast_visitor_id is ${given}, of nobody who signed up`];
  }
  mustBe('datafast_visitor_id', visitor?.visitorId);
  mustBe('datafast_campaign', visitor?.identity.params.utm_campaign ?? undefined);
  mustBe('datafast_ref', visitor?.identity.params.ref ?? undefined);
  const firstSeenMs = visitor ? Date.parse(visitor.activity.firstVisitAt) : undefined;
  if (timeOf(held.datafast_first_seen_at) !== firstSeenMs) {
    differences.push(`${email}: datafast_first_seen_at is ${held.datafast_first_seen_at}`);
  }
  return differences;
}

function liveValuesOf(signups: readonly Told[], held: Held, email: string): string[] {
  const visitors = matchedOf(signups);
  const differences: string[] = [];
  const matches: string[] = signups.map(({ announcement }) => announcement.match ?? '');
  const match = held.datafast_match ?? '';
  if (visitors.length > 0 ? match !== 'matched' : !matches.includes(match)) {
    differences.push(`${email}: datafast_match is ${match}, of ${matches.join(', ')}`);
  }
  for (const property of LATEST) {
    const told = signups.map(({ row }) => timeOf(row.written[property]) ?? 0);
    const heldMs = timeOf(held[property]) ?? 0;
    if (heldMs < Math.max(...told)) {
      differences.push(`${email}: ${property} is ${held[property]}, the ledger has a later one`);
    }
  }
  const isPrediction = ({ prediction }: DatafastVisitor) =>
    String(prediction?.score) === held.datafast_lead_score &&
    prediction?.conversionRate === Number(held.datafast_conversion_rate);
  const isActivity = ({ activity }: DatafastVisitor) =>
    Date.parse(activity.lastVisitAt) === timeOf(held.datafast_last_seen_at) &&
    String(activity.visitCount) === held.datafast_visits;
  if (visitors.length > 0 && !visitors.some(isPrediction)) {
    differences.push(`${email}: lead score ${held.datafast_lead_score} is no visitor's`);
  }
  if (visitors.length > 0 && !visitors.some(isActivity)) {
    differences.push(`${email}: last visit ${held.datafast_last_seen_at} is no visitor's`);
  }
  return differences;
}

/** HubSpot's datetime, in either of its forms. */
function timeOf(value: string | undefined): number | undefined {
  if (!value) return undefined;
  return /^\d{12,}$/.test(value) ? Number(value) : Date.parse(value);
}
