// Whether an answer is one that is described: status, content type, and every key.

import { Problem } from '../../../src/api/problem.ts';
import { findOperation } from '../../../src/web/reference/find-operation.ts';
import { operations } from '../../../src/web/reference/operations.ts';

/** Throws where the description and the answer differ; otherwise says what was answered: `getSignups 200`. */
export async function describedAnswer(request: Request, response: Response): Promise<string> {
  const { pathname } = new URL(request.url);
  const operation = findOperation(operations, request.method, pathname);
  const asked = `${request.method} ${pathname} → ${response.status}`;
  const contentType = response.headers.get('content-type');
  const isNowhere = !operation && [401, 404, 405, 503].includes(response.status);
  const answer = operation?.answers[response.status];
  if (!answer && !isNowhere) throw new Error(`${asked} is not described`);
  const expected = answer?.contentType ?? 'application/problem+json';
  if (contentType !== expected) throw new Error(`${asked} is ${contentType}, not ${expected}`);
  const parsed = (answer?.schema ?? Problem).safeParse(await response.clone().json());
  if (!parsed.success) throw new Error(`${asked} is not as described: ${parsed.error.message}`);
  return `${operation?.id ?? 'nowhere'} ${response.status}`;
}
