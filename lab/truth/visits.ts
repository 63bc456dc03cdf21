// The visits of one person in `npm run truth`, as DataFast keeps them.
import type { DatafastVisitor } from '../../stand-ins/datafast/record.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import type { Draws } from '../../stand-ins/draws.ts';
import type { Story } from './kinds.ts';
import { DIRECT, type Origin } from './origins.ts';
import type { Sighting } from './play.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface Visiting {
  story: Story;
  /** What brought the first visit. */
  first: Origin;
  signedUpMs: number;
  visitorId: string;
}

/** The visitor as DataFast knows them, and as it knows them once they have come back. */
export function sightingsOf(draws: Draws, cast: Visiting): Sighting[] {
  const { story, first, signedUpMs, visitorId } = cast;
  const latest = story.later && draws.one(story.later, DIRECT);
  const hereMs = signedUpMs - draws.between([2, 12]) * MINUTE_MS;
  const firstMs = latest ? hereMs - draws.between([0.2, 12]) * DAY_MS : hereMs;
  const record = visitor({
    ...{ visitorId, params: first.params ?? {}, referrer: first.referrer ?? null },
    adClickIds: first.adClickIds ?? {},
    ...identityOf(draws),
    firstVisitAt: iso(firstMs),
    lastVisitAt: iso(signedUpMs - 30_000),
    visitCount: latest ? 2 + draws.upTo(4) : 1,
    pages: [
      ...pagesOf(firstMs, first, draws),
      ...(latest ? pagesOf(hereMs, latest, draws) : []),
      { url: 'example.com/signup', timestamp: iso(signedUpMs - 30_000) },
    ],
    ...(latest && { lastTouch: touchOf(latest) }),
  });
  const fromMs = story.lag ? signedUpMs + draws.between(story.lag) * MINUTE_MS : firstMs;
  if (!story.returns) return [{ fromMs, visitor: record }];
  const backMs = signedUpMs + draws.between(story.returns) * MINUTE_MS;
  return [
    { fromMs, visitor: record },
    { fromMs: backMs, visitor: returned(record, backMs) },
  ];
}

function returned(record: DatafastVisitor, backMs: number): DatafastVisitor {
  const visitCount = record.activity.visitCount + 1;
  const activity = { ...record.activity, visitCount, lastVisitAt: iso(backMs) };
  return { ...record, activity, lastTouch: touchOf(DIRECT) };
}

const touchOf = ({ referrer, params = {} }: Origin) => ({ referrer: referrer ?? null, params });

/** A tagged link keeps its query in every second address. */
function pagesOf(fromMs: number, { params }: Origin, { one, chance }: Draws) {
  const query = params && chance() < 0.5 ? `?${new URLSearchParams(params)}` : '';
  const path = one(['/', '/pricing', '/blog/launch', '/docs'], '/');
  return [
    { url: `example.com${path}${query}`, timestamp: iso(fromMs) },
    { url: 'example.com/features', timestamp: iso(fromMs + 40_000) },
  ];
}

export function identityOf({ one }: Draws) {
  return {
    country: one(['US', 'DE', 'IN', 'BR', 'GB'], 'US'),
    browser: one(['Chrome', 'Safari', 'Firefox'], 'Chrome'),
    os: one(['Mac OS', 'Windows', 'iOS', 'Android'], 'Windows'),
    device: one(['desktop', 'mobile'], 'desktop'),
  };
}

export const iso = (ms: number) => new Date(ms).toISOString();
