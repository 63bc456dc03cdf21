// The table of planted faults in docs/alerts.md, from what the test has found.
import { z } from 'zod';
import times from '../test/maintenance/fault-times.json' with { type: 'json' };

const minutes = z.nullable(z.number());
const Times = z.record(
  z.string(),
  z.object({
    how: z.string(),
    dashboard: minutes,
    doctor: minutes,
    health: minutes,
    alert: minutes,
    words: z.nullable(z.string()),
    allClear: minutes,
  }),
);

/** One row for each fault, and one for the words of its alert. */
export function faultTables(): string {
  const faults = Object.entries(Times.parse(times));
  const row = (cells: readonly (string | number | null)[]) =>
    `| ${cells.map((cell) => (cell === null ? '–' : String(cell).replaceAll('|', '\\|'))).join(' | ')} |`;
  return [
    '| fault | how it was planted | dashboard | doctor | `/health` | alert | all-clear |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...faults.map(([name, { how, dashboard, doctor, health, alert, allClear }]) =>
      row([name, how, dashboard, doctor, health, alert, allClear]),
    ),
    '',
    'The words of each alert:',
    '',
    ...faults.flatMap(([name, { words }]) => (words === null ? [] : [`* ${name}: “${words}”`])),
  ].join('\n');
}
