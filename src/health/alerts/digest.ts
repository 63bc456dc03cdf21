// The weekly digest: signups by channel with the change, the match rate, the best campaign, and what is broken.
import type { DigestRow } from '../../ledger/digest.ts';
import { DAY_MS, isoOf } from '../../time.ts';
import type { ChatMessage } from '../../upstream/chat.ts';

/** What a receiver gets. Counts and names of campaigns; never anything about a person. */
export interface DigestEvent {
  type: 'digest.weekly';
  timestamp: string;
  data: {
    /** The week: from this day on, and before that day, in UTC. */
    from: string;
    until: string;
    signups: number;
    signupsBefore: number;
    /** Of the signups, from 0 to 1; `null` while there are none. */
    matchRate: number | null;
    matchRateBefore: number | null;
    /** The most signups first; `null` is a signup without a channel. */
    channels: readonly { channel: string | null; signups: number; before: number }[];
    bestCampaign: { name: string; signups: number } | null;
    /** Titles of what is broken now. */
    broken: readonly string[];
    url: string | null;
  };
}

const HOUR_OF_DIGEST = 8;
const MONDAY = 1;

/**
 * The week that is to be told now: from Monday at 8:00 UTC on, the one that ended with Sunday. `undefined` when it was told, and
 * when Monday is over, since old figures are of no use.
 */
export function dueWeek(
  toldUntil: string | undefined,
  nowMs: number,
): { before: string; from: string; until: string } | undefined {
  const now = new Date(nowMs);
  if (now.getUTCDay() !== MONDAY || now.getUTCHours() < HOUR_OF_DIGEST) return undefined;
  const day = (daysAgo: number) => isoOf(nowMs - daysAgo * DAY_MS).slice(0, 10);
  const until = day(0);
  return toldUntil === until ? undefined : { before: day(14), from: day(7), until };
}

/** The figures of a week as a receiver gets them. */
export function digestEvent(
  rows: readonly DigestRow[],
  week: { from: string; until: string },
  broken: readonly string[],
  nowMs: number,
  address: string | undefined,
): DigestEvent {
  const [now, before] = [
    rows.filter(({ isNow }) => isNow === 1),
    rows.filter(({ isNow }) => isNow === 0),
  ];
  return {
    type: 'digest.weekly',
    timestamp: isoOf(nowMs),
    data: {
      ...week,
      signups: sum(now, 'people'),
      signupsBefore: sum(before, 'people'),
      matchRate: rateOf(now),
      matchRateBefore: rateOf(before),
      channels: channelsOf(now, before),
      bestCampaign: bestOf(now),
      broken,
      url: address === undefined ? null : `${address}/`,
    },
  };
}

/** The same digest for a chat. */
export function digestMessage({ data }: DigestEvent): ChatMessage {
  const {
    signups,
    signupsBefore,
    matchRate,
    matchRateBefore,
    channels,
    bestCampaign,
    broken,
    url,
  } = data;
  const before = (text: string) => ` (the week before: ${text})`;
  return {
    title: `Whence: the week from ${data.from}`,
    lines: [
      `${signups} signups${before(String(signupsBefore))}`,
      ...channels.map(
        (one) => `• ${one.channel ?? 'No visitor'}: ${one.signups}${before(String(one.before))}`,
      ),
      `Match rate: ${percent(matchRate)}${before(percent(matchRateBefore))}`,
      ...(bestCampaign ? [`Best campaign: ${bestCampaign.name} (${bestCampaign.signups})`] : []),
      broken.length > 0 ? `Broken now: ${broken.join('; ')}` : 'Nothing is broken.',
    ],
    ...(url && { link: { url, label: 'Open the dashboard' } }),
  };
}

type Rows = readonly DigestRow[];
const sum = (rows: Rows, key: 'people' | 'matched') => rows.reduce((all, row) => all + row[key], 0);
const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)} %`);

function rateOf(rows: Rows): number | null {
  const people = sum(rows, 'people');
  return people === 0 ? null : Math.round((sum(rows, 'matched') / people) * 1000) / 1000;
}

/** More channels make no message. */
const MOST_CHANNELS = 8;

function channelsOf(now: Rows, before: Rows): DigestEvent['data']['channels'] {
  return [...new Set([...now, ...before].map(({ channel }) => channel))]
    .map((channel) => ({
      channel,
      signups: sum(
        now.filter((row) => row.channel === channel),
        'people',
      ),
      before: sum(
        before.filter((row) => row.channel === channel),
        'people',
      ),
    }))
    .sort(
      (a, b) =>
        b.signups - a.signups ||
        b.before - a.before ||
        Number(a.channel === null) - Number(b.channel === null),
    )
    .slice(0, MOST_CHANNELS);
}

function bestOf(rows: Rows): DigestEvent['data']['bestCampaign'] {
  const counts = new Map<string, number>();
  for (const { campaign, people } of rows) {
    if (campaign !== null) counts.set(campaign, (counts.get(campaign) ?? 0) + people);
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best ? { name: best[0].slice(0, 100), signups: best[1] } : null;
}
