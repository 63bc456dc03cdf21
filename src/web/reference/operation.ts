// A route as it is described and tested: what it takes, and every answer it has.
import type * as z from 'zod';
import { Problem } from '../../api/problem.ts';

export const TAGS = {
  Webhooks:
    'How signups come in. Providers call these; nothing here is for scripts of yours but the generic source.',
  Signups: 'What became of every signup, newest first, with what was written and why.',
  Repair: 'Signups of the past, signups once more, and people who want to be forgotten.',
  Visitors: 'What a visitor would bring to the CRM. Writes nothing.',
  Whence: 'Whence itself: whether it runs, and this description.',
} as const;

export interface Operation {
  /** `operationId`, and the anchor on the page. */
  id: string;
  method: 'get' | 'post' | 'delete';
  path: `/${string}`;
  tag: keyof typeof TAGS;
  summary: string;
  description: string;
  /** Who is let in: whoever holds ADMIN_TOKEN, whoever can sign, everybody. */
  opensTo: 'operator' | 'signer' | 'everybody';
  /** The schemas the route parses with. */
  parameters?: Partial<Record<'path' | 'query' | 'header', z.core.$ZodObject>>;
  body?: { schema: z.core.$ZodType; description: string; isOptional?: boolean };
  answers: Readonly<Record<number, Answer>>;
  /** Served as a static asset, before the Worker is asked. */
  isAsset?: boolean;
}

export interface Answer {
  description: string;
  contentType: string;
  /** Strict: a key it does not name is a mistake. */
  schema: z.ZodType;
  /** Headers a client may act on. */
  headers?: Readonly<Record<string, string>>;
}

export function json(description: string, schema: z.ZodType): Answer {
  return { description, contentType: 'application/json', schema };
}

/** Headers that belong to a status. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Says that a bearer token opens this.' },
  503: { 'retry-after': 'When to come back, in seconds; absent where only the operator can help.' },
};

/** Errors, all of one shape. */
export function errors(descriptions: Readonly<Record<number, string>>): Record<number, Answer> {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => {
      const contentType = 'application/problem+json';
      return [status, { description, contentType, schema: Problem, headers: HEADERS[status] }];
    }),
  );
}

const CLOSED = 'ADMIN_TOKEN is not set: closed to everybody.';

/** What every route for operators may answer beside its own. */
export function operatorAnswers(
  own: Readonly<Record<number, Answer>>,
  refusals: Readonly<Record<number, string>> = {},
): Record<number, Answer> {
  const unavailable = refusals[503];
  return {
    ...own,
    ...errors({
      401: 'No token, or not the one of this Worker.',
      500: 'A mistake of ours, or the ledger is away. The log says more.',
      ...refusals,
      503: unavailable === undefined ? CLOSED : `${unavailable} Or: ${CLOSED}`,
    }),
  };
}
