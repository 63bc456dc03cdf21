// All measured figures, as docs/figures.md shows them: a section for each command that keeps some.
import { meets } from '../lab/bench/figures.ts';
import { type Kept, type KeptFigure, readKept } from '../lab/figures/kept.ts';
import { shownNumber, shownSpread, shownValue } from './figure-marks.ts';

/** What a reader asks first comes first. Others follow. */
const ORDER = [
  ...['accept', 'batch', 'cron', 'plan', 'bundle', 'tarball', 'waiting', 'drain', 'truth', 'chaos'],
  ...['people', 'weight', 'lighthouse', 'ledger', 'attribution', 'backfill', 'memory'],
];
const placeOf = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

export function figureSections(): string {
  return [...readKept()]
    .toSorted(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([, kept]) => section(kept))
    .join('\n\n');
}

function section({ title, command, measuredOn, cores, figures, notes }: Kept): string {
  const withSpread = figures.some(({ spread }) => spread);
  const withTarget = figures.some(({ target }) => target);
  const columns = ['', 'figure', ...(withSpread ? ['middle half'] : [])];
  const head = [...columns, ...(withTarget ? ['target'] : [])];
  const rows = figures.map((figure) => [
    figure.name,
    withUnit(shownValue(figure), figure.unit),
    ...(withSpread ? [figure.spread ? shownSpread(figure, figure.spread) : ''] : []),
    ...(withTarget ? [targetOf(figure)] : []),
  ]);
  return [
    `## ${title}`,
    `\`${command}\`, on ${measuredOn}, on a machine with ${cores} cores.`,
    [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    ...(notes.length > 0 ? [notes.join(' ')] : []),
  ].join('\n\n');
}

const withUnit = (text: string, unit: string) => (unit === '' ? text : `${text} ${unit}`);

function targetOf({ value, unit, target }: KeptFigure): string {
  if (!target) return '';
  const [words, limit] =
    'atLeast' in target ? ['at least', target.atLeast] : ['at most', target.atMost];
  const missed = meets({ value, target }) === false ? ', missed' : '';
  return `${words} ${withUnit(shownNumber(limit), unit)}${missed}`;
}
