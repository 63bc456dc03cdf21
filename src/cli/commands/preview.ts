// `whence preview --email …`: what Whence would write onto a contact, as a table. Writes nothing.
import Table from 'cli-table3';
import { Preview } from '../../api/preview.ts';
import { isSame } from '../../destinations/side-by-side.ts';
import { examples, exitCodes, fail, filled, jsonOption, newCommand, refuse } from '../command.ts';
import { reasonText } from '../reason-text.ts';
import { nameOption, openApi, openWorker, urlOption } from '../worker.ts';

/** The command, ready to be parsed. */
export function previewCommand() {
  return newCommand('preview')
    .summary('shows what would be written onto a contact')
    .description(
      'Shows what would be written onto the contact if the person signed up now, next to what each destination has: one table, changes first. Writes nothing.',
    )
    .requiredOption('--email <address>', 'of the person', filled)
    .option('--visitor <id>', 'the DataFast visitor ID', filled)
    .option('--all', 'also the properties that stay as they are')
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('preview', ['--email', 'ada@example.com', '--visitor', '<visitor ID>']),
        exitCodes('when it has answered', 'when something failed'),
      ].join('\n'),
    )
    .action(async ({ email, visitor, all = false, json = false, ...flags }, command) => {
      const query = new URLSearchParams({ email, ...(visitor && { visitorId: visitor }) });
      const api = await openApi(openWorker(command, flags));
      const preview = await api.call(Preview, 'GET', `/api/preview?${query}`);
      if (preview.kind === 'refused' && preview.status === 400) refuse(command, preview.message);
      if (preview.kind !== 'ok') return fail(`✗ ${preview.message}`, 1);
      if (json) console.log(JSON.stringify(preview.answer));
      else print(preview.answer, all);
      const hasFailed = preview.answer.destinations.some((destination) => 'failed' in destination);
      process.exitCode = hasFailed ? 1 : 0;
    });
}

type Seen = Extract<Preview['destinations'][number], { properties: unknown }>;
type Row = Seen['properties'][number];
type WideRow = NonNullable<Preview['sideBySide']>[number];

function print({ match, destinations, sideBySide }: Preview, all: boolean): void {
  console.log(`match: ${match}`);
  const seen: Seen[] = [];
  for (const destination of destinations) {
    if ('failed' in destination) {
      const { name, failed, detail } = destination;
      console.error(`✗ ${name} cannot be read: ${reasonText({ reason: failed, detail })}`);
    } else if ('skipped' in destination) {
      const { name, skipped, detail } = destination;
      const why = reasonText({ reason: skipped, detail });
      console.log(`\n${name}: nothing would be written. ${why}`);
    } else seen.push(destination);
  }
  const [only, another] = seen;
  if (only && another && sideBySide) printWide(seen, sideBySide, all);
  else for (const one of seen) printOne(one, all);
}

/** One destination has room for the reasons in its table. */
function printOne({ name, externalId, properties, payload }: Seen, all: boolean): void {
  if (payload !== undefined && !all) {
    console.log(`\n${name}: would send\n${payload}`);
    return;
  }
  console.log(`\n${name}: ${contactOf({ externalId })}`);
  const shown = all ? properties : properties.filter(isDifferent);
  if (shown.length > 0) console.log(tableOf(shown));
  leftOut(properties.length - shown.length);
}

function printWide(seen: readonly Seen[], rows: readonly WideRow[], all: boolean): void {
  for (const one of seen) {
    const { name, payload } = one;
    console.log(`\n${name}: ${payload === undefined ? contactOf(one) : 'an event'}`);
  }
  const records = recordsIn(seen);
  const isShown = ({ destinations }: WideRow) =>
    records.some(({ name }) => destinations[name] && isDifferent(destinations[name]));
  const shown = all ? rows : rows.filter(isShown);
  if (shown.length > 0) {
    console.log(wideTableOf(seen, shown));
    console.log('→ would be written. ≠ is what Whence has and does not write.');
  }
  leftOut(rows.length - shown.length);
}

/** An event holds nothing, so everything in it would be different. */
const recordsIn = (seen: readonly Seen[]) => seen.filter(({ payload }) => payload === undefined);

const contactOf = ({ externalId }: Pick<Seen, 'externalId'>) =>
  externalId ? `contact ${externalId}` : 'a new contact';

function leftOut(others: number): void {
  if (others > 0) console.log(`${others} properties stay as they are. --all shows them.`);
}

type Cell = Omit<Row, 'label'>;

/** Whether Whence has another value than the destination. */
function isDifferent({ now, wouldBe }: Pick<Cell, 'now' | 'wouldBe'>): boolean {
  return wouldBe !== null && !isSame(now, wouldBe);
}

function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ['property', 'now', 'would be', '', 'why'],
    style: { head: [], border: [], compact: true },
    colWidths: [34, 24, 24, 9, 36],
    wordWrap: true,
  });
  for (const { property, now, wouldBe, action, why } of rows) {
    table.push([property, now ?? '', wouldBe ?? '', action === 'write' ? 'written' : 'kept', why]);
  }
  return String(table);
}

const HEAD = ['property', '', 'why'];
const WIDTHS = [34, 9, 36] as const;
const NARROWEST = 18;
const WITHOUT_TERMINAL = 160;

/** A column for each destination: what it holds, and after the arrow what it would hold. */
function wideTableOf(seen: readonly Seen[], rows: readonly WideRow[]): string {
  const [property, action, why] = WIDTHS;
  const taken = property + action + why + seen.length + HEAD.length + 1;
  const room = (process.stdout.columns ?? WITHOUT_TERMINAL) - taken;
  const width = Math.max(NARROWEST, Math.floor(room / seen.length));
  const table = new Table({
    head: [HEAD[0] ?? '', ...seen.map(({ name }) => name), ...HEAD.slice(1)],
    style: { head: [], border: [], compact: true },
    colWidths: [property, ...seen.map(() => width), action, why],
    wordWrap: true,
  });
  for (const row of rows) table.push(lineOf(seen, row, width - 2));
  return String(table);
}

/** Why is said of records: an event is sent anyway. */
function lineOf(seen: readonly Seen[], { destinations }: WideRow, width: number): string[] {
  const cells = seen.map(({ name }) => destinations[name]);
  const property = cells.find((cell) => cell !== undefined)?.property ?? '';
  const names = recordsIn(seen).map(({ name }) => name);
  const isWritten = names.some((name) => destinations[name]?.action === 'write');
  return [
    property,
    ...cells.map((cell) => folded(cellText(property, cell), width)),
    isWritten ? 'written' : 'kept',
    whyOf(names, destinations),
  ];
}

/** The operator may have named the property otherwise there. */
function cellText(property: string, cell: Cell | undefined): string {
  if (!cell) return '–';
  const { now, wouldBe, action } = cell;
  const own = cell.property === property ? '' : `${cell.property}: `;
  if (!isDifferent(cell)) return own + (now ?? '');
  return `${own}${now ?? ''} ${action === 'write' ? '→' : '≠'} ${wouldBe}`.trim();
}

/** Breaks words that no column has room for. */
const folded = (text: string, width: number) =>
  text.replace(new RegExp(`\\S{${width}}(?=\\S)`, 'g'), '$&\n');

/** Each reason once, with the destinations that it is of where they differ. */
function whyOf(all: readonly string[], destinations: WideRow['destinations']): string {
  const names = all.filter((name) => destinations[name]);
  const byWhy = Map.groupBy(names, (name) => destinations[name]?.why ?? '');
  return byWhy.size < 2
    ? [...byWhy.keys()].join()
    : [...byWhy].map(([why, those]) => `${why} (${those.join(', ')})`).join('; ');
}
