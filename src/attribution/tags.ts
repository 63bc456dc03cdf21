// The parameters a marketer put on the link.
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
  /** As it came, trimmed: what the CRM gets. Absent where it holds an email address, which is no name of a source. */
  raw?: string;
  /** For comparing. */
  key: string;
  /** As evidence: `utm_medium=cpc`. */
  reason: string;
}
export type Tags = Readonly<Partial<Record<TagName, Tag>>>;

/**
 * DataFast's first-session parameters; where it has none at all, those of the landing page. The two are
 * never mixed: a source of one visit with a campaign of another would be a touch that never was.
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
    const wanted = parameter.trim().toLowerCase();
    const name = TAG_NAMES.find((known) => known === wanted);
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
