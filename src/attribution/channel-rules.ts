// The operator's own rules: the conditions they may have, and which rule matches. They run before the built-in rules.
import type { Channel } from '../model.ts';
import { comparable } from './clean.ts';
import type { Signals } from './signals.ts';

/** What a rule can have a condition on. */
export const CONDITIONS = [
  'source',
  'medium',
  'campaign',
  'ref',
  'via',
  'landingPage',
  'referrer',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** A text in comparable form, cut at each `*`: between two pieces there may be any text. */
export type Pattern = readonly string[];

export interface ChannelRule {
  /** Its place in the setting, as evidence: `CHANNEL_RULES[2]`. */
  place: string;
  /** Every condition must hold, each by one of its patterns. */
  when: readonly { condition: Condition; patterns: readonly Pattern[] }[];
  channel?: Channel;
  source?: string;
}

/** The operator's rules in order, and a version that differs from one set of rules to the next. */
export interface ChannelRules {
  rules: readonly ChannelRule[];
  version?: string;
}

/** What conditions are compared with. */
interface RuleSignals extends Signals {
  /** The source's name in the attribution. */
  sourceName: string | undefined;
}

export const NO_RULES: ChannelRules = { rules: [] };

export interface RuleMatch {
  place: string;
  channel?: Channel;
  source?: string;
  /** The rule and what it compared: `CHANNEL_RULES[2]: utm_campaign=webinar-may`. */
  reason: string;
}

/** The first rule that matches. The rules after it do not count. */
export function matchingRule({ rules }: ChannelRules, signals: RuleSignals): RuleMatch | undefined {
  const known = new Map<Condition, readonly string[]>();
  for (const { place, when, channel, source } of rules) {
    const holds = when.every(({ condition, patterns }) => {
      const texts = known.get(condition) ?? textsOf(condition, signals);
      known.set(condition, texts);
      return patterns.some((pattern) => texts.some((text) => fits(pattern, text)));
    });
    if (!holds) continue;
    const compared = when.map(({ condition }) => reasonOf(condition, signals)).join(', ');
    return { place, channel, source, reason: `${place}: ${compared}` };
  }
  return undefined;
}

/** What a condition is compared with: the text as it came, and the source's name in the attribution. */
function textsOf(condition: Condition, signals: RuleSignals) {
  const { tags, landing, referrer, sourceName } = signals;
  switch (condition) {
    case 'source':
      return texts(
        signals.source && tags[signals.source.tag]?.key,
        sourceName,
        signals.source?.host,
      );
    case 'medium':
      return texts(tags.utm_medium?.key);
    case 'campaign':
      return texts(tags.utm_campaign?.key);
    case 'ref':
      return texts(tags.ref?.key);
    case 'via':
      return texts(tags.via?.key);
    case 'landingPage':
      return landing
        ? texts(withoutSlash(landing.path), withoutSlash(`${landing.host ?? ''}${landing.path}`))
        : [];
    case 'referrer':
      return referrer.kind === 'page'
        ? texts(referrer.source.name, referrer.source.host, withoutSlash(referrer.page))
        : [];
  }
}

function reasonOf(
  condition: Condition,
  { tags, source, referrer, ...signals }: RuleSignals,
): string {
  switch (condition) {
    case 'source':
      return source?.reason ?? `source=${signals.sourceName}`;
    case 'medium':
      return tags.utm_medium?.reason ?? condition;
    case 'campaign':
      return tags.utm_campaign?.reason ?? condition;
    case 'ref':
    case 'via':
      return tags[condition]?.reason ?? condition;
    case 'landingPage':
      return 'landing page';
    case 'referrer':
      return referrer.kind === 'page' ? referrer.reason : condition;
  }
}

function texts(...values: readonly (string | undefined)[]): string[] {
  return values.flatMap((value) => (value ? [comparable(value)] : []));
}

/** `/pricing/` becomes `/pricing`. The front page stays `/`. */
export function withoutSlash(page: string): string {
  return page.length > 1 && page.endsWith('/') ? page.slice(0, -1) : page;
}

/** Whether the text has all pieces in order. Each is taken at its first place, so there is no backtracking. */
function fits(pieces: Pattern, text: string): boolean {
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return first === text;
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return from <= end;
}
