// The parameters that a marketer put on the link.
import { clean, comparable, holdsAddress } from './clean.ts';
import { withValue } from './evidence.ts';
import type { Parameter } from './parameters.ts';

const TAG_NAMES = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'source',
  'ref',
  'via',
] as const;
export type TagName = (typeof TAG_NAMES)[number];

/** Matomo's names for the same: https://matomo.org/faq/reports/what-is-campaign-tracking-and-why-it-is-important/. */
const MATOMO_NAMES: readonly (readonly [TagName, string])[] = [
  ['utm_source', 'source'],
  ['utm_medium', 'medium'],
  ['utm_campaign', 'campaign cpn name'],
  ['utm_term', 'keyword kwd'],
  ['utm_content', 'content'],
];

const NAMES: ReadonlyMap<string, TagName> = new Map([
  ...MATOMO_NAMES.flatMap(([name, endings]) =>
    ['mtm_', 'matomo_', 'pk_', 'piwik_'].flatMap((start) =>
      endings.split(' ').map((ending) => [`${start}${ending}`, name] as const),
    ),
  ),
  ...TAG_NAMES.map((name) => [name, name] as const),
]);

/** In these a comma separates two values of a parameter that the link had twice. In a campaign's name it is a comma. */
const SINGLE: ReadonlySet<TagName> = new Set(['utm_source', 'utm_medium', 'source']);

export interface Tag {
  /** As it came, trimmed: the value for the CRM. Absent when it holds an email address. */
  raw?: string;
  /** In `comparable` form. */
  key: string;
  /** As evidence: `utm_medium=cpc`. */
  reason: string;
}
export type Tags = Readonly<Partial<Record<TagName, Tag>>>;

/** Whether a parameter's name, in lower case, is that of a tag. */
export function isTagName(name: string): boolean {
  return NAMES.has(name);
}

/**
 * The tags among DataFast's first-session parameters. When DataFast has none at all, the tags of the landing page. Of a
 * damaged link DataFast has the beginning: the rest is read from the landing page when both are the same link. Else the
 * two are never mixed: a source of one visit and a campaign of another are no touch that ever happened.
 */
export function readTags(
  keptParameters: readonly Parameter[],
  landingQuery: readonly Parameter[],
): Tags {
  const kept = tagsIn(keptParameters);
  const hasMore = landingQuery.some(([parameter]) => {
    const name = NAMES.get(parameter.trim().toLowerCase());
    return name !== undefined && kept[name] === undefined;
  });
  if (!hasMore) return kept;
  const landing = tagsIn(landingQuery);
  const names = TAG_NAMES.filter((name) => kept[name] !== undefined);
  if (names.length === 0) return landing;
  const isSameLink = names.every((name) => kept[name]?.key === landing[name]?.key);
  return isSameLink ? { ...landing, ...kept } : kept;
}

function tagsIn(parameters: readonly Parameter[]): Tags {
  const tags: Partial<Record<TagName, Tag>> = {};
  const others: [TagName, Tag][] = [];
  for (const [parameter, value] of parameters) {
    const lower = parameter.trim().toLowerCase();
    const name = NAMES.get(lower);
    if (name === undefined || (lower === name && tags[name] !== undefined)) continue;
    const raw = readable(name, value);
    if (raw === undefined) continue;
    const isPersonal = holdsAddress(raw);
    const tag = {
      raw: isPersonal ? undefined : raw,
      key: comparable(raw),
      reason: isPersonal ? lower : withValue(lower, raw),
    };
    if (lower === name) tags[name] = tag;
    else others.push([name, tag]);
  }
  for (const [name, tag] of others) tags[name] ??= tag;
  return tags;
}

function readable(name: TagName, value: string): string | undefined {
  const text = clean(value);
  const comma = text?.indexOf(',') ?? -1;
  if (text === undefined || comma <= 0 || !SINGLE.has(name) || /\s/.test(text)) return text;
  return clean(text.slice(0, comma));
}
