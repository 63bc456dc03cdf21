// A route as the reference describes it and the tests check it: its parameters, its body and every response.
import type * as z from 'zod';
import { Problem } from '../../api/problem.ts';

export const TAGS = {
  Webhooks:
    'How signups come in. Providers call these. Only the generic source is for your own scripts.',
  Events: 'What Whence sends to a receiver of yours, and what the receiver may answer.',
  Signups: 'Every signup, newest first: what was written and why.',
  Operations: 'Backfill signups of the past, replay signups, and erase people.',
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
  /** Who may call it: the holder of ADMIN_TOKEN, the holder of a signing secret, or everybody. */
  opensTo: 'operator' | 'signer' | 'everybody';
  /** The schemas the route parses with. */
  parameters?: Partial<Record<'path' | 'query' | 'header', z.core.$ZodObject>>;
  body?: { schema: z.core.$ZodType; description: string; isOptional?: boolean };
  responses: Readonly<Record<number, DescribedResponse>>;
  /** Served as a static asset: the Worker does not run. */
  isAsset?: boolean;
}

export interface DescribedResponse {
  description: string;
  contentType: string;
  schema: z.ZodType;
  /** Headers that a client can use. */
  headers?: Readonly<Record<string, string>>;
}

export function json(description: string, schema: z.ZodType): DescribedResponse {
  return { description, contentType: 'application/json', schema };
}

/** Headers that belong to a status. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Says that this needs a bearer token.' },
  503: {
    'retry-after': 'After how many seconds to try again. Absent where only the operator can help.',
  },
};

/** Errors, all of one shape. */
export function errors(
  descriptions: Readonly<Record<number, string>>,
): Record<number, DescribedResponse> {
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => {
      const contentType = 'application/problem+json';
      return [status, { description, contentType, schema: Problem, headers: HEADERS[status] }];
    }),
  );
}

const CLOSED = 'ADMIN_TOKEN is not set, so the API is closed to everybody.';

/** The responses of a route for operators: its own, and those that every such route has. */
export function operatorResponses(
  own: Readonly<Record<number, DescribedResponse>>,
  refusals: Readonly<Record<number, string>> = {},
): Record<number, DescribedResponse> {
  const unavailable = refusals[503];
  return {
    ...own,
    ...errors({
      401: 'There is no token, or it is not the token of this Worker.',
      500: 'An internal error, or the ledger is unavailable. The log says more.',
      ...refusals,
      503: unavailable === undefined ? CLOSED : `${unavailable} Or: ${CLOSED}`,
    }),
  };
}
