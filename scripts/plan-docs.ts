// What a day costs, as docs/operations.md shows it: from the days that `npm run bench -- plan --write` keeps.
import { type PlayedDay, PlayedDays } from '../lab/day/figures.ts';
import {
  CPU_LIMIT_MS,
  DAY_LIMITS,
  fitting,
  INVOCATION_LIMITS,
  operationsEach,
  shareOfFree,
  shareOfPaid,
  sharesOfDashboard,
} from '../lab/day/limits.ts';
import { INVOCATIONS } from '../lab/day/play.ts';
import { readKept } from '../lab/figures/kept.ts';
import { roughly } from './derived-figures.ts';
import { shownNumber } from './figure-marks.ts';

const number = (value: number) => value.toLocaleString('en');
const percent = (share: number) => `${share >= 10 ? share.toFixed(0) : share.toFixed(1)} %`;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const NAMES = {
  webhook: 'a webhook',
  batch: 'a batch',
  cron: 'a run of cron',
  page: 'the dashboard',
};

export function planBlock(): string {
  const plan = readKept().get('plan');
  const { young, large, fewer } = PlayedDays.parse(plan?.counted);
  const rows = number(large.ledgerRows ?? 0);
  const ofADay = table(
    [
      'limit of a day on the Free plan, and how much of it is used',
      'young ledger',
      `${rows} signups in the ledger`,
      `an open dashboard, at ${number(fewer.signups)} signups a day`,
      'limit of a month on the Paid plan',
      'thirty such days',
    ],
    DAY_LIMITS.map((limit) => [
      `${number(limit.free)} ${limit.what}`,
      percent(shareOfFree(limit, young.counted)),
      percent(shareOfFree(limit, large.counted)),
      percent(sharesOfDashboard(fewer.counted).find(({ what }) => what === limit.what)?.share ?? 0),
      number(limit.paidMonth),
      percent(shareOfPaid(limit, large.counted)),
    ]),
  );
  const ofAnInvocation = table(
    ['limit of an invocation', 'Free', 'Paid', ...INVOCATIONS.map((kind) => NAMES[kind])],
    INVOCATION_LIMITS.map(({ what, spending, free, paid }) => [
      ...[what, number(free), number(paid)],
      ...INVOCATIONS.map((kind) =>
        String(Math.max(...[young, large].map(({ counted }) => counted.most[kind][spending]))),
      ),
    ]),
  );
  const each = operationsEach(large.counted, large.signups).toFixed(2);
  const cpuOf = plan?.figures.map(
    ({ name, value, unit }) => `${name.replace('CPU of ', '')} ${shownNumber(value)} ${unit}`,
  );
  return [
    `A day of ${number(young.signups)} signups:`,
    ofADay,
    `In a young ledger ${fits(young)} With ${rows} signups in the ledger ${fits(large)} A signup costs ${each} queue operations over its whole life. The limits of KV stop no signup, so a day may exceed them.`,
    `The most that one invocation took on such a day:`,
    ofAnInvocation,
    `CPU of an invocation, measured apart and with every answer at once: ${cpuOf?.join(', ')}. The Free plan allows ${CPU_LIMIT_MS.free} ms, the Paid plan ${number(CPU_LIMIT_MS.paid / 1000)} s.`,
  ].join('\n\n');
}

function fits({ counted, signups }: PlayedDay): string {
  const { signups: most, first } = fitting(counted, signups);
  return `about ${roughly(most)} signups a day fit the Free plan, and ${first} are used up first.`;
}
