// Figures that the documentation may state without a mark, each with its place: a fact of somebody else with the page that
// says so, or a rule of Whence with the code that sets it. Everything else is measured, and `npm run docs` writes it:
// lab/figures, scripts/figure-marks.ts.

interface OfOthers {
  /** The words of the documentation, with the figure. */
  says: string;
  page: string;
}
interface OfWhence {
  says: string;
  file: string;
  /** What stands in that file. The documentation is wrong when it is changed there. */
  has: string;
}

const D1 = 'https://developers.cloudflare.com/d1/platform/limits/';
const WORKERS = 'https://developers.cloudflare.com/workers/platform/limits/';

export const OF_OTHERS: readonly OfOthers[] = [
  { says: "D1's 500 MB on the Free plan", page: D1 },
  { says: '| Free | 500 MB of D1', page: D1 },
  { says: "D1's 10 GB on the Paid plan", page: D1 },
  { says: 'rate 10 GB hold', page: D1 },
  { says: 'On the Free plan an invocation has 50 queries', page: D1 },
  { says: 'The Free plan allows an invocation 50 requests', page: WORKERS },
  {
    says: 'Above 1,000 KV writes of a day',
    page: 'https://developers.cloudflare.com/kv/platform/limits/',
  },
  { says: '$0.40 a million', page: 'https://developers.cloudflare.com/queues/platform/pricing/' },
  {
    says: "Attio's limit of 25 a second",
    page: 'https://docs.attio.com/rest-api/guides/rate-limiting',
  },
  { says: 'Svix sends again for about 28 hours', page: 'https://docs.svix.com/retries' },
  {
    says: 'Svix, which sends again for about 28 hours',
    page: 'https://docs.svix.com/retries',
  },
  {
    says: 'Dodo sends eight times within about 28 hours',
    page: 'https://docs.dodopayments.com/developer-resources/webhooks',
  },
];

const BODY = { file: 'src/web/webhooks.ts', has: 'MAX_BODY_BYTES = 1024 * 1024' };
const DROP = 'src/health/alerts/match-drop.ts';
const WINDOWS = { file: DROP, has: 'WINDOWS = [20, 60]' };
const NEAR = { file: 'src/health/alerts/find-platform-faults.ts', has: 'NEAR = 0.8' };
const ROWS = 'test/ledger/rows.test.ts';
const LOOKS = { file: 'src/delivery/enrich.ts', has: '[30, 30 + 120, 30 + 120 + 600]' };

export const OF_WHENCE: readonly OfWhence[] = [
  { says: 'a body over 1 MiB is refused before it is read', ...BODY },
  { says: 'the body is over 1 MiB', ...BODY },
  { says: 'not a POST / over 1 MiB', ...BODY },
  {
    says: 'at most 1 MiB of answer',
    ...{ file: 'src/upstream/send.ts', has: 'MAX_ANSWER_BYTES = 1024 * 1024' },
  },
  { says: "the ledger has reached 80 % of the plan's limit", ...NEAR },
  { says: '80 % of the signups that the Free plan takes', ...NEAR },
  { says: 'the last 20 signups and the last 60 are compared', ...WINDOWS },
  { says: 'fewer than 40 signups in 60 days is not judged', file: DROP, has: 'FEWEST_BEFORE = 20' },
  { says: 'the chance of a false alarm is below 1 %', file: DROP, has: 'FALSE_ALARM = 0.01' },
  {
    says: 'Simulated, from a share of 75 %',
    ...{ file: 'lab/bench/drops.ts', has: 'USUAL_SHARE = 0.75' },
  },
  { says: 'in 95 of 100 cases', file: 'lab/bench/drops.ts', has: 'DROPS * 0.95' },
  {
    says: 'from 10 visitors on',
    ...{ file: 'src/health/alerts/find-match-faults.ts', has: 'FEWEST_VISITORS = 10' },
  },
  {
    says: 'where more than 200 signups a day arrive',
    ...{
      file: 'src/web/dashboard/overview/show-overview.ts',
      has: 'BUSY_SIGNUPS_A_DAY = 200',
    },
  },
  { says: 'requests for 40 people', file: 'wrangler.toml', has: 'max_batch_size = 40' },
  {
    says: 'of at most 2,000 people on the site',
    ...{ file: 'src/visitors/realtime-map.ts', has: 'MAX_VISITORS = 2_000' },
  },
  {
    says: 'for at most 1,000 visitors whose referrer was asked for',
    ...{ file: 'src/visitors/referrer-memory.ts', has: 'MAX_REMEMBERED = 1_000' },
  },
  {
    says: 'less than 60 % of the signups have a visitor',
    ...{ file: 'src/web/dashboard/overview/notices.ts', has: 'HEALTHY_SHARE = 0.6' },
  },
  {
    says: 'A page looks at 1,000 rows at most',
    file: 'src/ledger/list.ts',
    has: 'LOOKED_AT = 1_000',
  },
  {
    says: 'Cron deletes 500 rows every five minutes, 144,000 a day',
    ...{ file: 'src/maintenance/prune.ts', has: 'SLICE = 500' },
  },
  {
    says: 'reports with every write, passes 8 GB',
    ...{ file: 'docs/ledger-scale.md', has: 'None of this is built' },
  },
  { says: '2.5 min and 12.5 min after the signup', ...LOOKS },
  {
    says: 'took longer than the 30 s that a batch waits for it',
    ...{ file: 'src/delivery/write-out.ts', has: 'DESTINATION_SECONDS = 30' },
  },
  {
    says: 'takes longer than thirty seconds is tried again later',
    ...{ file: 'src/delivery/write-out.ts', has: 'DESTINATION_SECONDS = 30' },
  },
  {
    says: 'while more than 200 messages wait',
    ...{ file: 'src/limits.ts', has: 'BUSY_BACKLOG = 200' },
  },
  {
    says: 'about 14 rows written in D1: 8 for the signup',
    file: ROWS,
    has: 'toBeLessThanOrEqual(8)',
  },
  { says: 'DataFast does not know writes 14 rows', file: ROWS, has: 'toBeLessThanOrEqual(14)' },
  {
    says: 'costs 4 DataFast requests',
    file: 'src/ledger/refreshes.ts',
    has: '[HOUR_MS, DAY_MS, 7 * DAY_MS]',
  },
  {
    says: 'A script of less than 1 KB',
    ...{ file: 'test/browser/whence-script.browser.ts', has: 'gzipSync(SCRIPT).length <= 1024' },
  },
];
