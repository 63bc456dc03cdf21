// How true the first touches of one run are, by kind of person. The truth comes from the population alone.
import type { Contact, Played } from './play.ts';
import type { Person } from './population.ts';

export interface Tally {
  people: number;
  /** Those whose first touch can be known by then. */
  knowable: number;
  right: number;
  /** `Unknown`, or no channel, although it could be known. */
  open: number;
  /** Open as well, but nobody could be asked yet. */
  later: number;
  /** The contact states something else than the truth. */
  wrong: number;
  /** Requests to DataFast. */
  requests: number;
}

export type Moment = 'atOnce' | 'after';

export interface Verdict {
  byKind: ReadonlyMap<string, Tally>;
  total: Tally;
  /** One line for each person whose contact is not right. */
  differences: readonly string[];
}

const NOTHING: Tally = {
  people: 0,
  knowable: 0,
  right: 0,
  open: 0,
  later: 0,
  wrong: 0,
  requests: 0,
};

export function judge(people: readonly Person[], played: Played, moment: Moment): Verdict {
  const byKind = new Map<string, Tally>();
  const differences: string[] = [];
  let total = NOTHING;
  for (const [index, person] of people.entries()) {
    const contact = played.people[index]?.[moment];
    if (!contact) throw new Error(`Nothing was said about ${person.email}.`);
    const { truth } = person;
    const stated = endOf(contact, truth);
    const isEarly = moment === 'atOnce' && person.isLaterKnown && stated === 'open';
    const end = isEarly ? 'later' : stated;
    const one: Tally = {
      ...{ ...NOTHING, people: 1, requests: contact.requests },
      knowable: truth && !isEarly ? 1 : 0,
      ...(end !== 'silent' && { [end]: 1 }),
    };
    byKind.set(person.kind, sum(byKind.get(person.kind) ?? NOTHING, one));
    total = sum(total, one);
    if (end === 'open' || end === 'wrong') {
      differences.push(`${end}: ${person.email} (${person.kind}) ${textOf(contact, person)}`);
    }
  }
  return { byKind, total, differences };
}

/** `silent`: nothing is stated of what nobody can know. */
function endOf(contact: Contact, truth: Person['truth']): 'right' | 'open' | 'wrong' | 'silent' {
  const { channel, source } = contact;
  const isOpen = channel === undefined || channel === 'Unknown';
  if (!truth) return isOpen ? 'silent' : 'wrong';
  if (isOpen) return 'open';
  return channel === truth.channel && source === truth.source ? 'right' : 'wrong';
}

function sum(one: Tally, other: Tally): Tally {
  return {
    people: one.people + other.people,
    knowable: one.knowable + other.knowable,
    right: one.right + other.right,
    open: one.open + other.open,
    later: one.later + other.later,
    wrong: one.wrong + other.wrong,
    requests: one.requests + other.requests,
  };
}

function textOf(
  { exists, channel, source, requests }: Contact,
  { truth, visitorId }: Person,
): string {
  if (!exists) return 'is not in the CRM';
  const expected = truth ? `${truth.channel}, ${truth.source}` : 'nothing';
  return `has ${channel}, ${source}, not ${expected}; visitor ${visitorId}, ${requests.toFixed(2)} requests`;
}
