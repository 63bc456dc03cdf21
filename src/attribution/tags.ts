// The parameters that a marketer put on the link.
import type { Visitor } from '../model.ts';
import { clean, comparable, holdsAddress } from './clean.ts';
import { reason } from './evidence.ts';

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

export interface Tag {
  /** As it came, trimmed: the value for the CRM. Absent when it holds an email address. */
  raw?: string;
  /** In `comparable` form. */
  key: string;
  /** As evidence: `utm_medium=cpc`. */
  reason: string;
}
export type Tags = Readonly<Partial<Record<TagName, Tag>>>;

/**
 * The tags among DataFast's first-session parameters. When DataFast has none at all, the tags of the landing page. The
 * two are never mixed: a source of one visit and a campaign of another are no touch that ever happened.
 */
export function readTags(
  params: Visitor['params'] | undefined,
  landingQuery: Iterable<readonly [string, string]>,
): Tags {
  const tags = tagsIn(Object.entries(params ?? {}));
  return Object.keys(tags).length > 0 ? tags : tagsIn(landingQuery);
}

function tagsIn(parameters: Iterable<readonly [string, string]>): Tags {
  const tags: Partial<Record<TagName, Tag>> = {};
  for (const [parameter, value] of parameters) {
    const lower = parameter.trim().toLowerCase();
    const name = TAG_NAMES.find((known) => known === lower);
    if (name === undefined || tags[name] !== undefined) continue;
    const raw = clean(value);
    if (raw === undefined) continue;
    tags[name] = {
      raw: holdsAddress(raw) ? undefined : raw,
      key: comparable(raw),
      reason: reason(name, raw),
    };
  }
  return tags;
}
