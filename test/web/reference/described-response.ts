// Whether a response is one that the reference describes: status, content type, and every key.
import type * as z from 'zod';
import { Problem } from '../../../src/api/problem.ts';
import { findOperation } from '../../../src/web/reference/find-operation.ts';
import { operations } from '../../../src/web/reference/operations.ts';
import { undescribedKeys } from './undescribed-keys.ts';

/** Throws where the description and the response differ. Otherwise returns which response it was: `listSignups 200`. */
export async function describedResponse(request: Request, response: Response): Promise<string> {
  const { pathname } = new URL(request.url);
  const operation = findOperation(operations, request.method, pathname);
  const asked = `${request.method} ${pathname} → ${response.status}`;
  const contentType = response.headers.get('content-type');
  const isNowhere = !operation && [401, 404, 405, 503].includes(response.status);
  const described = operation?.responses[response.status];
  if (!described && !isNowhere) throw new Error(`${asked} is not described`);
  const expected = described?.contentType ?? 'application/problem+json';
  if (contentType !== expected) throw new Error(`${asked} is ${contentType}, not ${expected}`);
  const mistakes = mistakesIn(await response.clone().json(), described?.schema ?? Problem);
  if (mistakes !== '') throw new Error(`${asked} is not as described: ${mistakes}`);
  return `${operation?.id ?? 'nowhere'} ${response.status}`;
}

/** How an answer differs from its schema; empty when it does not. */
export function mistakesIn(answer: unknown, schema: z.ZodType): string {
  const parsed = schema.safeParse(answer);
  return parsed.success ? undescribedKeys(answer, parsed.data).join(', ') : parsed.error.message;
}
