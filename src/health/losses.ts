// Why a signup has no source, or is not in the CRM: every cause with its words, its fix, and the list that shows it.
import type { CoverageRow } from '../ledger/coverage.ts';

export const LOSS_CAUSES = [
  'no_cookie',
  'cookieless',
  'guessed_id',
  'wrapped_value',
  'ad_blocker',
  'other_website',
  'bot',
  'refused_visitor',
  'shared_visitor',
  'no_mark',
  'waiting',
  'failed',
  'skipped',
] as const;
export type LossCause = (typeof LOSS_CAUSES)[number];

interface LossEntry {
  cause: LossCause;
  is(row: CoverageRow): boolean;
  says: string;
  fix: string;
  filters: Readonly<Record<string, string>>;
  /** Two causes of one match are told apart by all the signups together. */
  onlyIf?(all: { hasNone: boolean; count: number; received: number }): boolean;
}

/** So many signups show what is usual. */
const ENOUGH = 5;
/** Nobody has a cookie: not a slip of one form. */
const isAll = ({ count, received }: { count: number; received: number }) =>
  count === received && received >= ENOUGH;
const isNoneKnown = ({ hasNone, count }: { hasNone: boolean; count: number }) =>
  hasNone && count >= ENOUGH;

const hasNoCookie = ({ match, guessed }: CoverageRow) => match === 'no_visitor_id' && guessed === 0;
const isUnknown = ({ match }: CoverageRow) => match === 'not_found';

export const LOSSES: readonly LossEntry[] = [
  {
    cause: 'no_cookie',
    is: hasNoCookie,
    onlyIf: (all) => !isAll(all),
    says: 'The signup came without the cookie.',
    fix: 'Send the value of the cookie datafast_visitor_id along at signup: docs/sources.md says where. A signup outside a browser has none, and that is fine.',
    filters: { match: 'no_visitor_id' },
  },
  {
    cause: 'cookieless',
    is: hasNoCookie,
    onlyIf: isAll,
    says: 'No signup at all came with the cookie: it is never sent along, or DataFast runs without cookies on the site.',
    fix: 'Send the value of the cookie datafast_visitor_id along at signup: docs/sources.md says where. In DataFast, cookieless mode has to be off.',
    filters: { match: 'no_visitor_id' },
  },
  {
    cause: 'guessed_id',
    is: ({ match, guessed }) => match === 'no_visitor_id' && guessed === 1,
    says: 'The only ID came in a place where people put their own IDs, and DataFast does not know it.',
    fix: 'Send the cookie in a place of its own: docs/sources.md names it.',
    filters: { match: 'no_visitor_id' },
  },
  {
    cause: 'wrapped_value',
    is: ({ match }) => match === 'invalid_visitor_id',
    says: 'Something else than the value of the cookie was sent.',
    fix: 'Send the value of the cookie unchanged, which is a UUID: docs/sources.md shows it.',
    filters: { match: 'invalid_visitor_id' },
  },
  {
    cause: 'ad_blocker',
    is: isUnknown,
    onlyIf: (all) => !isNoneKnown(all),
    says: 'DataFast does not know the visitor, although it knows others. Usually a content blocker kept the page view from it.',
    fix: 'Serve the script of DataFast from your own domain, as its documentation shows.',
    filters: { match: 'not_found' },
  },
  {
    cause: 'other_website',
    is: isUnknown,
    onlyIf: isNoneKnown,
    says: 'DataFast knows none of the visitors: the key is of another website, or the script does not run.',
    fix: 'Check that DATAFAST_API_KEY (and DATAFAST_WEBSITE_ID) belong to the website people sign up on.',
    filters: { match: 'not_found' },
  },
  {
    cause: 'bot',
    is: ({ match }) => match === 'bot',
    says: 'DataFast says that the visitor is a bot, and keeps no data about bots.',
    fix: 'Nothing to do.',
    filters: { match: 'bot' },
  },
  {
    cause: 'refused_visitor',
    is: ({ match }) => match === 'rejected_by_datafast',
    says: 'DataFast refused the request about this visitor.',
    fix: 'Whence asks again an hour, a day and a week later. If it stays so, ask DataFast.',
    filters: { match: 'rejected_by_datafast' },
  },
  {
    cause: 'shared_visitor',
    is: ({ match }) => match === 'shared_visitor',
    says: 'The visitor has brought two other people before.',
    fix: 'See whether your app sends one cookie for everybody. A shared computer is fine.',
    filters: { match: 'shared_visitor' },
  },
  {
    cause: 'no_mark',
    is: ({ match, known }) => match === 'matched' && known === 0,
    says: 'DataFast knows the visitor, and neither a tag nor a referrer says what brought them.',
    fix: 'Tag the links of your campaigns, mails and posts with utm_source.',
    filters: { match: 'matched', channel: 'Unknown' },
  },
  {
    cause: 'waiting',
    is: ({ status }) => status === 'waiting',
    says: 'It is not in the CRM yet.',
    fix: 'The page of the signup says what it waits for.',
    filters: { status: 'waiting' },
  },
  {
    cause: 'failed',
    is: ({ status }) => status === 'failed',
    says: 'It did not arrive in the CRM, and somebody must act.',
    fix: 'The page of the signup says why.',
    filters: { status: 'failed' },
  },
  {
    cause: 'skipped',
    is: ({ status }) => status === 'skipped',
    says: 'There was nothing to write, most often because no email came.',
    fix: 'The page of the signup says why.',
    filters: { status: 'skipped' },
  },
];
