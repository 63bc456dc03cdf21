// What to do after each answer of HubSpot. What it names is left out, what it refuses as a whole is bisected, what it
// does not confirm is sent again alone. Pure.
import type { Contact } from '../../model.ts';
import { configurationRetry, type Outcome } from '../../outcome.ts';
import { bisect, type Step } from '../bisect.ts';
import {
  type Blocked,
  describeRejected,
  isBlocked,
  omit,
  type RejectedProperty,
} from '../drop-rejected-properties.ts';
import type { Field } from '../field.ts';
import { isDroppable, isForEveryContact } from './errors.ts';
import { reason } from './reasons.ts';
import type { Refused } from './refused.ts';
import type { Receipt, Write } from './upsert.ts';

/** What came of one request, and what to do next. */
export interface WriteStep extends Step<Write> {
  /** So far. A contact that is sent again gets another outcome from a later step, if the budget lasts. */
  outcomes: readonly (readonly [Contact, Outcome])[];
  /** No record may have these properties. */
  rejected: readonly RejectedProperty[];
  lostRaces: readonly Write[];
}

/** HubSpot refuses a batch that names one contact twice, so the second waits for the next batch. */
export const TWICE: Outcome = {
  status: 'retry',
  reason: reason('contact_twice_in_batch'),
  afterSeconds: 5,
};
const BATCH_REFUSED: Outcome = { status: 'retry', reason: reason('batch_refused') };
const PROPERTY_REFUSED: Outcome = { status: 'retry', reason: reason('property_refused') };

export const stepOf = (step: Partial<WriteStep>): WriteStep => ({
  outcomes: [],
  again: [],
  rejected: [],
  lostRaces: [],
  ...step,
});

const all = (portion: readonly Write[], outcome: Outcome) =>
  portion.map(({ contact }) => [contact, outcome] as const);

/** Without its marker a snapshot would be overwritten later, so the contact waits for the operator. */
const blockedOutcome = ({ blockedBy }: Blocked): Outcome =>
  configurationRetry(reason('property_missing', describeRejected(blockedBy)));

/** The portion without the properties that are known to be refused. */
export function withoutKnown(
  fields: readonly Field[],
  portion: readonly Write[],
  known: readonly RejectedProperty[],
) {
  const remaining: Write[] = [];
  const blocked: (readonly [Contact, Outcome])[] = [];
  for (const write of portion) {
    const smaller = omit(fields, write, known) ?? write;
    if (isBlocked(smaller)) blocked.push([write.contact, blockedOutcome(smaller)]);
    else remaining.push(smaller);
  }
  return { remaining, blocked };
}

/** The next step after a request that was refused as a whole. */
export function afterRefusal(
  fields: readonly Field[],
  portion: readonly Write[],
  { outcome, isBisectable, rejected = [], duplicates = [] }: Refused,
): WriteStep {
  const isAlone = portion.length === 1;
  const ended = stepOf({ outcomes: all(portion, outcome) });
  if (!isBisectable) return ended;
  // The properties may belong to one record only, unless they are refused for every contact.
  if (isDroppable(rejected) && (isAlone || rejected.every(isForEveryContact))) {
    const step = withoutRejected(fields, portion, rejected);
    if (step) return step;
  }
  const twins = portion.filter(({ contact }) => duplicates.includes(contact.email)).slice(1);
  if (twins.length > 0) {
    const others = portion.filter((write) => !twins.includes(write));
    return stepOf({
      outcomes: [...all(twins, TWICE), ...all(others, BATCH_REFUSED)],
      again: [others],
    });
  }
  return isAlone
    ? ended
    : stepOf({ outcomes: all(portion, BATCH_REFUSED), again: bisect(portion) });
}

/** The whole portion again without these properties; `undefined` when no record has one of them. */
function withoutRejected(
  fields: readonly Field[],
  portion: readonly Write[],
  rejected: readonly RejectedProperty[],
): WriteStep | undefined {
  if (portion.every((write) => omit(fields, write, rejected) === undefined)) return undefined;
  const { remaining, blocked } = withoutKnown(fields, portion, rejected);
  return stepOf({
    outcomes: [...all(remaining, PROPERTY_REFUSED), ...blocked],
    again: [remaining],
    rejected: rejected.filter(isForEveryContact),
  });
}

/** The next step after an answer with one receipt per record. */
export function afterReceipts(
  fields: readonly Field[],
  portion: readonly Write[],
  receipts: readonly Receipt[],
): WriteStep {
  const steps = portion.map((write, index) => {
    const receipt = receipts[index];
    return receipt ? afterReceipt(fields, write, receipt, portion.length === 1) : stepOf({});
  });
  const isSmaller = ({ rejected }: WriteStep) => rejected.length > 0;
  // Records that lose a property go together. Records without an answer go alone.
  const together = steps.filter(isSmaller).flatMap(({ again }) => again.flat());
  const alone = steps.filter((step) => !isSmaller(step)).flatMap(({ again }) => again);
  return {
    outcomes: steps.flatMap(({ outcomes }) => outcomes),
    again: [together, ...alone],
    rejected: steps.flatMap(({ rejected }) => rejected).filter(isForEveryContact),
    lostRaces: steps.flatMap(({ lostRaces }) => lostRaces),
  };
}

function afterReceipt(
  fields: readonly Field[],
  write: Write,
  { outcome, rejected = [], isMissing, isLostRace }: Receipt,
  isAlone: boolean,
): WriteStep {
  const step = stepOf({
    outcomes: all([write], outcome),
    again: isMissing && !isAlone ? [[write]] : [],
    lostRaces: isLostRace ? [write] : [],
  });
  if (!isDroppable(rejected)) return step;
  const smaller = withoutRejected(fields, [write], rejected);
  return smaller ? { ...smaller, rejected } : { ...step, rejected };
}
