// What `npm run chaos` proves at its end, by count: no signup is lost or duplicated, and ledger and CRM agree. The CRM's side
// comes from the stand-in's memory and the expectations from the population. No code of src/ takes part.
import * as z from 'zod';
import type { DatafastVisitor } from '../../stand-ins/datafast/record.ts';
import type { HubspotStandIn } from '../../stand-ins/hubspot.ts';
import type { Announcement } from './population.ts';

export interface Check {
  what: string;
  /** How many were checked. */
  checked: number;
  /** What is not as it must be, one line each. */
  differences: readonly string[];
}

export const LEDGER_ROWS = `
  SELECT s.id, s.email, s.status, s.match, s.occurred_at AS occurredAt,
         (SELECT count(*) FROM deliveries d WHERE d.signup_id = s.id) AS deliveries,
         d.status AS deliveryStatus, d.reason, d.external_id AS externalId, d.written, d.history
  FROM signups s LEFT JOIN deliveries d ON d.signup_id = s.id AND d.destination = 'hubspot'`;

const History = z.array(
  z.object({ at: z.string(), status: z.string(), reason: z.string().nullable() }),
);
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
    history: z
      .string()
      .nullable()
      .transform((json) => History.parse(JSON.parse(json ?? '[]'))),
    written: z
      .string()
      .nullable()
      .transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json ?? '{}'))),
  }),
);
type Row = z.infer<typeof Rows>[number];

/** Written once: the contact may have had only one value of each. */
const FROZEN = [
  ...['datafast_visitor_id', 'datafast_campaign', 'datafast_source', 'datafast_channel'],
  ...['datafast_landing_page', 'datafast_first_seen_at', 'datafast_evidence'],
  ...['datafast_signed_up_at', 'datafast_signup_source'],
];

/** Moments that may only move forward. */
const LATEST = ['datafast_scored_at', 'datafast_last_seen_at'];

type Accepted = ReadonlyMap<string, Announcement>;
type Crm = Pick<HubspotStandIn, 'contacts' | 'history'>;

/** One signup: what its provider announced, and what the ledger has. */
interface Signup {
  row: Row;
  announcement: Announcement;
}
/** The properties of a contact. */
type Properties = Readonly<Record<string, string>>;
/** The signups of each person that the CRM must have, by email. */
type People = ReadonlyMap<string, readonly Signup[]>;
type Contacts = ReadonlyMap<string, ReturnType<Crm['contacts']>>;

export function audit(
  accepted: Accepted,
  answers: { count: number; surprises: readonly string[] },
  ledger: unknown,
  hubspot: Crm,
): Check[] {
  const rows = new Map(Rows.parse(ledger).map((row) => [row.id, row]));
  const contacts = Map.groupBy(hubspot.contacts(), ({ properties }) => properties.email ?? '');
  const people = Map.groupBy(
    [...accepted].flatMap(([id, announcement]) => {
      const row = rows.get(id);
      return row && announcement.match ? [{ row, announcement }] : [];
    }),
    ({ announcement }) => emailOf(announcement),
  );
  return [
    {
      what: 'providers get the answers that are documented',
      checked: answers.count,
      differences: answers.surprises,
    },
    ...ledgerChecks(accepted, rows, contacts),
    ...contactChecks(people, contacts, hubspot),
  ];
}

const emailOf = ({ signup }: Announcement) => signup.email?.toLowerCase() ?? '';

function check<Item>(
  what: string,
  items: Iterable<Item>,
  differencesOf: (item: Item) => string | readonly string[] | undefined,
): Check {
  const all = [...items];
  const differences = all.flatMap((one) => differencesOf(one) ?? []);
  return { what, checked: all.length, differences };
}

function ledgerChecks(
  accepted: Accepted,
  rows: ReadonlyMap<string, Row>,
  contacts: Contacts,
): Check[] {
  return [
    check('every accepted signup is in the ledger', accepted, ([id, { completing }]) =>
      completing || rows.has(id) ? undefined : `${id} is not in the ledger`,
    ),
    check('the ledger has no other', rows.keys(), (id) =>
      accepted.has(id) && !accepted.get(id)?.completing ? undefined : `${id} was never a signup`,
    ),
    check('each has the right end', rows.values(), (row) => {
      const announcement = accepted.get(row.id);
      return announcement && wrongEnd(row, announcement);
    }),
    check('each has the match of its visitor', rows.values(), ({ id, match }) => {
      const announcement = accepted.get(id);
      // Nobody is asked for a visitor of a signup that cannot be written, and none of them brings one.
      const expected = announcement?.match ?? (announcement?.endsAs ? 'no_visitor_id' : null);
      return match === expected ? undefined : `${id}: match is ${match}, not ${expected}`;
    }),
    check('the ledger names its contact', rows.values(), ({ id, externalId }) => {
      const announcement = accepted.get(id);
      const contact = announcement && contacts.get(emailOf(announcement))?.[0];
      const expected = announcement?.match && contact ? contact.id : null;
      return externalId === expected ? undefined : `${id}: ${externalId}, not ${expected}`;
    }),
  ];
}

function contactChecks(people: People, contacts: Contacts, hubspot: Crm): Check[] {
  const propertiesOf = (email: string) => contacts.get(email)?.[0]?.properties ?? {};
  return [
    check('every person is one contact', people.keys(), (email) => {
      const count = contacts.get(email)?.length ?? 0;
      return count === 1 ? undefined : `${email} is ${count} contacts`;
    }),
    check('the CRM has no other', contacts.keys(), (email) =>
      people.has(email) ? undefined : `${email} never signed up`,
    ),
    check('the first touch was written once', hubspot.contacts(), ({ id, properties }) =>
      FROZEN.flatMap((property) => {
        const values = hubspot.history(id, property).map(({ value }) => value);
        if (values.length <= 1) return [];
        return [`${properties.email}: ${property} was ${values.join(', before ')}`];
      }),
    ),
    check('it is whole, and of a visitor of the person', people, ([email, signups]) =>
      firstTouchDifferences(signups, propertiesOf(email), email),
    ),
    check('live values are the newest, of one visitor', people, ([email, signups]) =>
      liveDifferences(signups, propertiesOf(email), email),
    ),
  ];
}

function wrongEnd(row: Row, { match, endsAs }: Announcement): string | undefined {
  const { id, status, deliveries, deliveryStatus, reason, history } = row;
  const expected = match ? 'delivered' : endsAs === 'no_email' ? 'skipped' : 'waiting';
  if (deliveries !== 1) return `${id} has ${deliveries} deliveries`;
  if (status !== expected || deliveryStatus !== expected) {
    const attempts = history.map((one) => `${one.at} ${one.status} ${one.reason ?? ''}`).join(', ');
    return `${id} is ${status} (${deliveryStatus}: ${reason}), not ${expected}; its attempts: ${attempts}`;
  }
  if (!match && reason !== endsAs) return `${id} is ${status} for ${reason}, not ${endsAs}`;
  return undefined;
}

function matchedVisitors(signups: readonly Signup[]): DatafastVisitor[] {
  return signups.flatMap(({ announcement: { match, visitor } }) =>
    match === 'matched' && visitor && !('bot' in visitor) ? [visitor] : [],
  );
}

function firstTouchDifferences(
  signups: readonly Signup[],
  held: Properties,
  email: string,
): string[] {
  const visitors = matchedVisitors(signups);
  const visitorId = held.datafast_visitor_id;
  const differences: string[] = [];
  const mustBe = (property: string, expected: string | undefined) => {
    if (held[property] === expected) return;
    differences.push(`${email}: ${property} is ${held[property]}, not ${expected}`);
  };
  const moments = signups.map(({ row }) => Date.parse(row.occurredAt));
  if (!moments.includes(timeOf(held.datafast_signed_up_at) ?? 0)) {
    differences.push(`${email}: datafast_signed_up_at is ${held.datafast_signed_up_at}`);
  }
  const visitor = visitors.find((candidate) => candidate.visitorId === visitorId);
  if (visitors.length > 0 && !visitor) {
    return [...differences, `${email}: datafast_visitor_id is ${visitorId}, of another person`];
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

function liveDifferences(signups: readonly Signup[], held: Properties, email: string): string[] {
  const visitors = matchedVisitors(signups);
  const differences: string[] = [];
  const matches: string[] = signups.map(({ announcement }) => announcement.match ?? '');
  const match = held.datafast_match ?? '';
  if (visitors.length > 0 ? match !== 'matched' : !matches.includes(match)) {
    differences.push(`${email}: datafast_match is ${match}, of ${matches.join(', ')}`);
  }
  for (const property of LATEST) {
    const written = signups.map(({ row }) => timeOf(row.written[property]) ?? 0);
    const heldMs = timeOf(held[property]) ?? 0;
    if (heldMs < Math.max(...written)) {
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
    differences.push(`${email}: no visitor has the lead score ${held.datafast_lead_score}`);
  }
  if (visitors.length > 0 && !visitors.some(isActivity)) {
    differences.push(`${email}: no visitor has the last visit ${held.datafast_last_seen_at}`);
  }
  return differences;
}

/** HubSpot's datetime in one of its two forms. */
function timeOf(value: string | undefined): number | undefined {
  if (!value) return undefined;
  return /^\d{12,}$/.test(value) ? Number(value) : Date.parse(value);
}
