// How soon a lost cookie is seen, as docs/alerts.md shows it: from what `npm run bench -- drops --write` keeps.
import { RATES } from '../lab/bench/drops.ts';
import { readKept } from '../lab/figures/kept.ts';
import { shownNumber } from './figure-marks.ts';

export function dropsTable(): string {
  const figures = readKept().get('drops')?.figures ?? [];
  const shown = (id: string) => {
    const figure = figures.find((one) => one.id === id);
    if (!figure) throw new Error(`${id} is not kept: npm run bench -- drops --write`);
    return shownNumber(figure.value);
  };
  const rows = Object.entries(RATES).map(([rate, looks]) => {
    const both = (fall: string) =>
      `${shown(`of${looks}${fall}Signups`)}, ${shown(`of${looks}${fall}LateSignups`)}`;
    return [rate, `${shown(`of${looks}FalsePercent`)} %`, both('None'), both('Few')];
  });
  const head = [
    'signups of the source',
    'months with a false alarm',
    'none matches any more',
    '30 % match',
  ];
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
