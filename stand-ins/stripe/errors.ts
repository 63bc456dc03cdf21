// Stripe's errors. https://docs.stripe.com/api/errors
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export interface StripeErrorContent {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  doc_url?: string;
}

export const errorBody = (error: StripeErrorContent) => ({ error });

export function refuse(
  c: Context,
  status: ContentfulStatusCode,
  error: StripeErrorContent,
): Response {
  return c.json(errorBody(error), status);
}
