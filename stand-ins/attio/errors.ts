// Attio's errors. https://docs.attio.com/rest-api/guides/error-responses
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export interface AttioErrorContent {
  code: string;
  message: string;
  type?: 'invalid_request_error' | 'auth_error' | 'rate_limit_error' | 'api_error';
}

export const errorBody = (status: number, { type, ...content }: AttioErrorContent) => ({
  status_code: status,
  type: type ?? 'invalid_request_error',
  ...content,
});

export function refuse(
  c: Context,
  status: ContentfulStatusCode,
  content: AttioErrorContent,
): Response {
  return c.json(errorBody(status, content), status);
}
