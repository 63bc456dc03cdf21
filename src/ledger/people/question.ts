// One question about people, answered from the roll-ups: who signed up in a period, with which filters, told apart by what.
import { UNKNOWN_CHANNEL } from '../../model.ts';
import { type ColumnName, type Columns, placeOf, QUARTER_MS } from './columns.ts';
import type { RollUp } from './roll-ups.ts';
import {
  add,
  emptyTally,
  type Facts,
  type Figures,
  figuresOf,
  nothingKnown,
  type Tally,
  totalOf,
} from './tally.ts';

/** What counts as the origin: the first touch, or the visit on which the person signed up. */
export const TOUCHES = ['first', 'converting'] as const;
export type TouchKind = (typeof TOUCHES)[number];

/** By what people are told apart and filtered. `source`: what brought them. `provider`: who sent the webhook. */
export const DIMENSIONS = [
  'channel',
  'source',
  'campaign',
  'landing_page',
  'country',
  'partner',
  'provider',
  'match',
  'status',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const COLUMNS = {
  channel: ['channel', 'convertingChannel'],
  source: ['source', 'convertingSource'],
  campaign: ['campaign', 'convertingCampaign'],
  landing_page: ['landingPage', 'convertingPage'],
  country: ['country', 'country'],
  partner: ['partner', 'partner'],
  provider: ['provider', 'provider'],
  match: ['match', 'match'],
  status: ['status', 'status'],
} as const satisfies Record<Dimension, readonly [first: ColumnName, converting: ColumnName]>;

/** A value of a dimension; `null`: the person has none. */
export type Value = string | null;
export type PeopleFilters = Readonly<Partial<Record<Dimension, Value>>>;

export interface Question {
  fromMs: number;
  untilMs: number;
  touch: TouchKind;
  filters: PeopleFilters;
  /** What the rows are, each for itself. */
  by: readonly Dimension[];
  /** The moments that divide the period; the first one is its beginning. */
  steps: readonly number[];
}

export interface Row extends Figures {
  value: Value;
}

export interface Answered {
  total: Figures;
  /** Of each dimension that was asked for, the most people first. */
  rows: Readonly<Partial<Record<Dimension, readonly Row[]>>>;
  /** Of each step. */
  steps: readonly Figures[];
  /** How many people of each channel signed up in each step. */
  series: ReadonlyMap<Value, readonly number[]>;
}

/** Counts each person once. */
export function answer(rollUps: readonly RollUp[], question: Question): Answered {
  const byDimension = question.by.map((dimension) => ({
    dimension,
    tallies: new Map<Value, Tally>(),
  }));
  const series = new Map<Value, number[]>();
  const steps = question.steps.map(emptyTally);
  // One for everybody: an object for each person would be most of the work.
  const facts = nothingKnown();
  for (const rollUp of rollUps) {
    const view = viewOf(rollUp.columns, question);
    if (!view) continue;
    const lines = view.channels.values.map((value) =>
      kept(series, value, () => question.steps.map(() => 0)),
    );
    const told = byDimension.map(({ dimension, tallies }) => {
      const column = view.columnOf(dimension);
      return { column, tallies: column.values.map((value) => kept(tallies, value, emptyTally)) };
    });
    for (let person = 0; person < rollUp.people; person += 1) {
      if (!view.isWanted(person)) continue;
      view.read(person, facts);
      const step = view.stepOf(person);
      add(steps[step], facts);
      for (const { column, tallies } of told) add(tallies[placeOf(column, person)], facts);
      const line = lines[placeOf(view.channels, person)];
      if (line) line[step] = (line[step] ?? 0) + 1;
    }
  }
  return {
    total: figuresOf(totalOf(steps)),
    steps: steps.map(figuresOf),
    rows: Object.fromEntries(
      byDimension.map(({ dimension, tallies }) => [dimension, rowsOf(tallies)]),
    ),
    series: new Map([...series].filter(([, counts]) => counts.some((count) => count > 0))),
  };
}

const rowsOf = (tallies: ReadonlyMap<Value, Tally>): Row[] =>
  [...tallies]
    .flatMap(([value, tally]) => (tally.people > 0 ? { value, ...figuresOf(tally) } : []))
    .sort((a, b) => b.people - a.people || (a.value ?? '~').localeCompare(b.value ?? '~'));

/** The columns of one roll-up as the question sees them; `undefined`: nobody in it can be meant. */
function viewOf(columns: Columns, { fromMs, untilMs, touch, filters, steps }: Question) {
  const columnOf = (dimension: Dimension) => columns[COLUMNS[dimension][touch === 'first' ? 0 : 1]];
  const wanted = DIMENSIONS.flatMap((dimension) => {
    const value = filters[dimension];
    if (value === undefined) return [];
    const column = columnOf(dimension);
    const values: readonly Value[] = column.values;
    return [{ column, place: values.indexOf(value) }];
  });
  if (wanted.some(({ place }) => place < 0)) return undefined;
  const isIn = (quarter: number | null) =>
    quarter !== null && quarter * QUARTER_MS >= fromMs && quarter * QUARTER_MS < untilMs;
  const { at, paid, match, status, score, value, days } = columns;
  const channels = columnOf('channel');
  const isAtIn = at.values.map(isIn);
  const isPaidIn = paid.values.map(isIn);
  const isKnown = channels.values.map((one) => one !== null && one !== UNKNOWN_CHANNEL);
  const matched = match.values.indexOf('matched');
  const [delivered, failed] = ['delivered', 'failed'].map((word) => status.values.indexOf(word));
  const stepAt = at.values.map((quarter) =>
    steps.findLastIndex((start) => start <= quarter * QUARTER_MS),
  );
  return {
    columnOf,
    channels,
    isWanted: (person: number) =>
      isAtIn[placeOf(at, person)] === true &&
      wanted.every(({ column, place }) => placeOf(column, person) === place),
    stepOf: (person: number) => stepAt[placeOf(at, person)] ?? 0,
    read(person: number, facts: Facts) {
      facts.isMatched = placeOf(match, person) === matched;
      facts.isKnown = isKnown[placeOf(channels, person)] === true;
      facts.isDelivered = placeOf(status, person) === delivered;
      facts.hasFailed = placeOf(status, person) === failed;
      facts.hasPaid = isPaidIn[placeOf(paid, person)] === true;
      facts.score = score.values[placeOf(score, person)] ?? null;
      facts.value = value.values[placeOf(value, person)] ?? null;
      facts.days = days.values[placeOf(days, person)] ?? null;
    },
  };
}

function kept<Key, Kept>(map: Map<Key, Kept>, key: Key, make: () => Kept): Kept {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
