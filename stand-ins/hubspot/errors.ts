// HubSpot's error bodies in their three forms: plain, with details, and as JSON inside a sentence.
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';

export interface ErrorDetail {
  message: string;
  code: string;
  context: Record<string, string[]>;
}

export interface ErrorContent {
  message: string;
  category?: string;
  subCategory?: string;
  errors?: unknown[];
  context?: Record<string, string[]>;
  links?: Record<string, string>;
  errorType?: string;
  policyName?: string;
}

/** One property value that HubSpot refuses. */
export interface PropertyFault {
  name: string;
  code: string;
  message: string;
}

/** Why one record of a batch was refused. */
export interface RecordFault {
  category: 'VALIDATION_ERROR' | 'CONFLICT';
  message: string;
  errors: ErrorDetail[];
}

export function errorBody(content: ErrorContent) {
  return { status: 'error', ...content, correlationId: crypto.randomUUID() };
}

export function refuse(c: Context, status: ContentfulStatusCode, content: ErrorContent): Response {
  return c.json(errorBody(content), status);
}

/** The details come twice: as a list, and as JSON inside the message. */
export function invalidProperties(faults: readonly PropertyFault[]): RecordFault {
  const embedded = faults.map(({ name, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name,
    localizedErrorMessage: message,
    portalId: 12_345_678,
  }));
  return {
    category: 'VALIDATION_ERROR',
    message: `Property values were not valid: ${JSON.stringify(embedded)}`,
    errors: faults.map(({ name, code, message }) => {
      return { message, code, context: { propertyName: [name] } };
    }),
  };
}

/** The item of a multi-status answer. Only a read-only value has details; for the others the message must be read. */
export function multiStatusError(fault: RecordFault, traceId: string) {
  const { category, message } = fault;
  const errors = fault.errors.filter((detail) => detail.code === 'READ_ONLY_VALUE');
  return {
    status: 'error',
    category,
    message,
    context: { objectWriteTraceId: [traceId] },
    errors,
    links: {},
  };
}

/** The JSON body in the given shape, or the refusal that HubSpot answers. */
export async function readBody<T>(c: Context, shape: z.ZodType<T>): Promise<T | Response> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    return refuse(c, 415, { message: 'HTTP 415 Unsupported Media Type' });
  }
  let body: unknown;
  try {
    body = JSON.parse(await c.req.text());
  } catch {
    // Broken JSON is the only refusal without a category.
    return refuse(c, 400, { message: 'Invalid input JSON on line 1, column 1: not valid JSON' });
  }
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(
    (issue) => `${issue.path.join('.')}: ${issue.message}`,
  );
  return refuse(c, 400, {
    message: `Invalid input JSON: ${complaints.join('; ')}`,
    category: 'VALIDATION_ERROR',
  });
}
