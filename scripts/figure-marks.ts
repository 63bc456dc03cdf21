// A figure in the text of the documentation is a number with its name behind it, in a comment that no reader sees:
// `10.0<!-- batch.cpuMs -->`. `npm run docs` writes the number.
import { type KeptFigure, readKept } from '../lab/figures/kept.ts';
import { derivedFigures } from './derived-figures.ts';

export const MARKED = /[\d.,]+<!-- ([a-z]+\.[a-zA-Z0-9]+) -->/g;

/** The text of every figure, by its name. */
export function figureTexts(): ReadonlyMap<string, string> {
  const kept = readKept();
  const texts = new Map<string, string>(derivedFigures(kept));
  for (const [name, { figures }] of kept) {
    for (const figure of figures) texts.set(`${name}.${figure.id}`, shownValue(figure));
  }
  return texts;
}

/** The text with every marked figure as it is now. */
export function withFigures(text: string, texts: ReadonlyMap<string, string>): string {
  return text.replace(MARKED, (_, name: string) => {
    const value = texts.get(name);
    if (value === undefined)
      throw new Error(`The documentation names ${name}, and no such figure is kept.`);
    return `${value}<!-- ${name} -->`;
  });
}

type Shown = Pick<KeptFigure, 'unit'>;
export const shownValue = ({ value, unit }: Shown & { value: number }): string =>
  shownNumber(value, MEASURED.includes(unit) ? 1 : 0);
export const shownSpread = ({ unit }: Shown, [low, high]: readonly [number, number]): string =>
  `${shownValue({ value: low, unit })}–${shownValue({ value: high, unit })}`;

/** Units of which no value is exact: `10.0 ms` and not `10 ms`. */
const MEASURED = ['ms', 's', 'µs', 'min', 'KiB', 'MiB', 'KB', 'MB'];

/** As many digits as say something: up to two behind the point below one, none from a hundred on. */
export function shownNumber(value: number, digitsOfWhole = 0): string {
  const size = Math.abs(value);
  const least = size >= 100 ? 0 : Number.isInteger(value) ? digitsOfWhole : 1;
  const most = size < 1 && !Number.isInteger(value) ? 2 : least;
  return value.toLocaleString('en', { minimumFractionDigits: least, maximumFractionDigits: most });
}
