// Errors as problem details. https://www.rfc-editor.org/rfc/rfc9457

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
 * An error answer. `detail` is read by strangers: it never says why a secret did not fit. `errors`: what is wrong with
 * which part of the request.
 */
export function problem(
  status: keyof typeof TITLES,
  detail?: string,
  headers?: Readonly<Record<string, string>>,
  errors?: readonly object[],
): Response {
  return Response.json(
    { type: 'about:blank', title: TITLES[status], status, detail, errors },
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
