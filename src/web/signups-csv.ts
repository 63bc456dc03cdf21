// Signups as CSV: every page of a list, one after the other.
import type { LedgerDatabase } from '../ledger/database.ts';
import { type ListPage, type ListQuery, listSignups, type Position } from '../ledger/list.ts';
import type { SignupRow } from '../ledger/query.ts';
import { csvLine, csvResponse } from './csv.ts';
import { cursorFor } from './cursor.ts';

/** A page that is filtered needs two queries, and the Free plan allows an invocation fifty. */
const PAGES = 20;
const ROWS_OF_A_PAGE = 1_000;

const COLUMNS: readonly [name: string, of: (row: SignupRow) => string | null][] = [
  ['id', ({ id }) => id],
  ['provider', ({ source }) => source],
  ['email', ({ email }) => email],
  ['visitor_id', ({ visitorId }) => visitorId],
  ['status', ({ status }) => status],
  ['match', ({ match }) => match],
  ['channel', ({ channel }) => channel],
  ['source', ({ broughtBy }) => broughtBy],
  ['campaign', ({ campaign }) => campaign],
  ['landing_page', ({ landingPage }) => landingPage],
  ['partner', ({ partner }) => partner],
  ['country', ({ country }) => country],
  ['converting_channel', ({ convertingChannel }) => convertingChannel],
  ['signed_up_at', ({ occurredAt }) => occurredAt],
  ['received_at', ({ receivedAt }) => receivedAt],
];

/** A viewer gets no addresses. The first page is read before the answer begins: a ledger that cannot be read is no file. */
export async function csvOf(
  ledger: LedgerDatabase,
  query: Omit<ListQuery, 'limit'>,
  isViewer: boolean,
): Promise<Response> {
  const columns = COLUMNS.filter(([name]) => !isViewer || name !== 'email');
  const first = await readPage(ledger, query, query.after);
  return csvResponse('signups.csv', linesOf(ledger, query, columns, first));
}

const readPage = (
  ledger: LedgerDatabase,
  query: Omit<ListQuery, 'limit'>,
  after: Position | undefined,
) => listSignups(ledger, { ...query, after, limit: ROWS_OF_A_PAGE, isBrief: true });

async function* linesOf(
  ledger: LedgerDatabase,
  query: Omit<ListQuery, 'limit'>,
  columns: typeof COLUMNS,
  first: ListPage,
): AsyncGenerator<string> {
  yield csvLine(columns.map(([name]) => name));
  let after: Position | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { items, next } = after ? await readPage(ledger, query, after) : first;
    yield items.map((item) => csvLine(columns.map(([, of]) => of(item)))).join('');
    if (!next) return;
    after = next;
  }
  // A file that silently ends too early would be taken as whole.
  if (after) yield csvLine([`More follow: cursor=${cursorFor(after)}`]);
}
