// Every reason with its fix, as docs/troubleshooting.md shows it.
import { destinations } from '../src/destinations/index.ts';
import { prefixed, REASONS, type ReasonTable } from '../src/reasons.ts';
import { DATAFAST_REASONS } from '../src/visitors/reasons.ts';

const CLASSES = {
  transient: 'passes by itself',
  configuration: 'needs you; nothing is lost',
  permanent: 'stays so',
  snooze: 'waits; no failure',
} as const;

/** The tables, between the markers. */
export function reasonTables(): string {
  const groups = [
    { title: 'Of Whence itself', table: REASONS },
    { title: 'About DataFast', table: prefixed('datafast', DATAFAST_REASONS) },
    ...destinations.map(({ name, label, reasons }) => ({
      title: `About ${label}`,
      table: prefixed(name, reasons),
    })),
  ];
  return groups.map(({ title, table }) => `## ${title}\n\n${tableOf(table)}`).join('\n\n');
}

function tableOf(table: ReasonTable): string {
  const rows = Object.entries(table).map(
    ([code, { class: kind, says, todo }]) =>
      `| \`${code}\` | ${CLASSES[kind]} | ${cell(says)} | ${cell(todo)} |`,
  );
  return [
    '| reason | kind | what happened | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|');
