// Errors as problem details. https://www.rfc-editor.org/rfc/rfc9457
import type { Mistake, Problem } from '../api/problem.ts';

const TITLES = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  500: 'Internal error',
  503: 'Unavailable',
} as const;

/**
 * An error answer. Everybody can read `detail`, so it never says why a secret was refused. `errors`: which parts of the
 * request are wrong, and why.
 */
export function problem(
  status: keyof typeof TITLES,
  detail?: string,
  headers?: Readonly<Record<string, string>>,
  errors?: readonly Mistake[],
): Response {
  return Response.json(
    { type: 'about:blank', title: TITLES[status], status, detail, errors } satisfies Problem,
    {
      status,
      headers: {
        'cache-control': 'no-store',
        ...headers,
        'content-type': 'application/problem+json',
      },
    },
  );
}
