// What a refusal by DataFast is about: this visitor, or everybody. Only its free text tells, and DataFast documents
// neither the text nor its shape.
import * as z from 'zod/mini';
import type { Answered } from '../upstream/upstream.ts';
import type { AbsentMatch } from './lookup.ts';

const Refusal = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });
const Message = z.object({ message: z.string() });

/** Empty when the answer holds none. */
export function messageIn(json: unknown): string {
  const refused = Refusal.safeParse(json).data?.error ?? Message.safeParse(json).data;
  return typeof refused === 'string' ? refused : (refused?.message ?? '');
}

export type RefusalMeaning =
  | { about: 'visitor'; match: AbsentMatch }
  /** The key, the website or the plan. It is the same for every visitor. */
  | { about: 'everybody'; code: 'website_id_missing' | 'website_refused' | 'request_refused' }
  /** Its words are not known. */
  | { about: 'unclear' };

const BOT = /\bbots?\b|crawler/i;
const VISITOR = /visitor|page\s?view/i;
const WEBSITE = /web\s?site/i;
const MISSING = /required|missing|must be (given|provided|specified)|provide/i;
/** What a service says about itself or about the account, and never about one visitor. */
const ACCOUNT =
  /api[\s_-]?key|\btoken|authori[sz]|permission|subscription|billing|payment required|\bplan\b|suspend|quota|upgrade|deprecat|no longer|unsupported|api version|\broute\b|endpoint/i;
const ID = /uuid|visitor[\s_]*id|invalid id/i;

/** A refusal with status 400 or 404, in JSON. */
export function meaningOfRefusal({
  status,
  json,
}: Pick<Answered, 'status' | 'json'>): RefusalMeaning {
  const message = messageIn(json);
  // "Visitor not found for this website" speaks about the visitor.
  if (!VISITOR.test(message) && !BOT.test(message)) {
    if (WEBSITE.test(message)) {
      const code = MISSING.test(message) ? 'website_id_missing' : 'website_refused';
      return { about: 'everybody', code };
    }
    if (ACCOUNT.test(message)) return { about: 'everybody', code: 'request_refused' };
  }
  if (status === 404) return { about: 'visitor', match: 'not_found' };
  if (BOT.test(message)) return { about: 'visitor', match: 'bot' };
  if (ID.test(message)) return { about: 'visitor', match: 'invalid_visitor_id' };
  return { about: 'unclear' };
}

const MAX_WORDS = 120;

/** The status and DataFast's own words, without the key and without what could name a person. */
export function describeRefusal(
  { status, json }: Pick<Answered, 'status' | 'json'>,
  secrets: readonly string[],
): string {
  const words = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '…'), messageIn(json))
    .replace(/\S+@\S+/g, '…')
    .replace(/\s+/g, ' ');
  return `HTTP ${status} ${words.slice(0, MAX_WORDS)}`.trim();
}
