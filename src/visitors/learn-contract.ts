// What the live answers of DataFast show about questions that its documentation leaves open. The doctor asks on the spot,
// for a few visitors: that costs a handful of requests when somebody looks, and nothing at all for a signup.
import { visitorIdFrom } from '../identifiers.ts';
import { isObject } from '../json.ts';
import {
  compareShape,
  type ExpectedKey,
  learnShape,
  namesInside,
  newShape,
  type Shape,
  type ShapeFindings,
} from '../upstream/shape.ts';
import { recordIn } from './answer.ts';
import { askDatafast, type DatafastOptions, newDatafastState, obstacleOf } from './datafast.ts';
import { ROW_KEYS, VISITOR_KEYS } from './expected-answers.ts';
import { meaningOfRefusal } from './refusal.ts';
import { learnFacts, learnLimitHeaders, newFacts, type VisitorFacts } from './visitor-facts.ts';

/** What DataFast's answers show. No value of anybody is in it. */
export interface DatafastContract {
  /** Of each kind of answer that was seen. */
  shapes: readonly ShapeFindings[];
  /** The names inside `adClickIds`. */
  clickIds: readonly string[];
  /** The names inside `acquisition` of List visitors. */
  acquisition: readonly string[];
  facts: VisitorFacts;
}

/** Enough to see most keys: signups, and an ad click of each large network. */
const MAX_VISITORS = 4;
const LISTED = 3;
const TIMEOUT_MS = 8_000;
/** Not an ID: the words of its refusal tell whether Whence understands them. */
const NO_ID = 'whence-doctor';

/** `visitorIds`: visitors that are worth asking for. Those that were on the site last are added. */
export async function learnContract(
  given: Omit<DatafastOptions, 'state'>,
  visitorIds: readonly string[],
): Promise<DatafastContract> {
  // A state of its own: what the doctor is answered says nothing about the next signup.
  const options: DatafastOptions = { ...given, state: newDatafastState() };
  const [visitors, rows, facts] = [newShape(), newShape(), newFacts()];
  if (obstacleOf(options) === undefined) {
    const listed = await learnRows(options, rows);
    const wanted = new Set([...visitorIds, ...listed]);
    for (const visitorId of [...wanted].slice(0, MAX_VISITORS)) {
      await learnVisitor(options, visitorId, visitors, facts);
    }
    const refusal = await askDatafast(options, `visitors/${NO_ID}`, TIMEOUT_MS);
    if (refusal.kind === 'refused') {
      const meaning = meaningOfRefusal(refusal);
      const isUnderstood = meaning.about === 'visitor' && meaning.match === 'invalid_visitor_id';
      facts.invalidId = isUnderstood ? 'understood' : 'not understood';
    }
  }
  return {
    shapes: [
      ...findings('Get visitor', VISITOR_KEYS, visitors),
      ...findings('List visitors', ROW_KEYS, rows),
    ],
    clickIds: namesInside(visitors, 'identity.adClickIds'),
    acquisition: namesInside(rows, 'acquisition'),
    facts,
  };
}

/** Of an answer that was never seen there is nothing to say. */
function findings(name: string, keys: readonly ExpectedKey[], shape: Shape): ShapeFindings[] {
  return shape.answers > 0 ? [compareShape(name, keys, shape)] : [];
}

async function learnVisitor(
  options: DatafastOptions,
  visitorId: string,
  shape: Shape,
  facts: VisitorFacts,
): Promise<void> {
  const answer = await askDatafast(options, `visitors/${visitorId}`, TIMEOUT_MS);
  const record = answer.kind === 'ok' ? recordIn(answer.json) : undefined;
  if (answer.kind !== 'ok' || !record) return;
  learnShape(shape, VISITOR_KEYS, record);
  learnLimitHeaders(facts, answer.headers, options.now());
  learnFacts(facts, record);
}

/** Learns from the visitors that List visitors names, and returns their IDs. */
async function learnRows(options: DatafastOptions, shape: Shape): Promise<string[]> {
  const answer = await askDatafast(options, `visitors?limit=${LISTED}`, TIMEOUT_MS);
  if (answer.kind !== 'ok' || !isObject(answer.json)) return [];
  const { data } = answer.json;
  const list = isObject(data) ? data.visitors : data;
  const rows: readonly unknown[] = Array.isArray(list) ? list.slice(0, LISTED) : [];
  return rows.flatMap((row) => {
    if (!isObject(row)) return [];
    learnShape(shape, ROW_KEYS, row);
    return visitorIdFrom(String(row.visitorId)) ?? [];
  });
}
