// The values of a request, read in one way: either the values, or the answer that says which of them is wrong. The answer
// never repeats what was sent, because that may be an email or a token.
import * as z from 'zod/mini';
import type { Mistake } from '../api/problem.ts';
import { emailFrom, visitorIdFrom } from '../identifiers.ts';
import { parseObject } from '../json.ts';
import { readBody } from './body.ts';
import { problem } from './problem.ts';

const MAX_BODY_BYTES = 1024 * 1024;

export type Input<Values> =
  | { values: Values; refusal?: undefined }
  | { values?: undefined; refusal: Response };

/** A text that a function reads. `error` is the end of a sentence that begins with the name: "email …". */
export const readWith = (from: (text: string) => string | undefined, error: string) =>
  z.pipe(
    z.pipe(
      z.string({ error: ({ input }) => (input === undefined ? 'is missing' : error) }),
      z.transform(from),
    ),
    z.string({ error }),
  );
export const Email = readWith(emailFrom, 'is not an email address');
export const VisitorId = readWith(visitorIdFrom, 'is not a visitor ID, which is a UUID');

/** The end of the sentence about a value that is not in a list. */
export const notOneOf = (values: readonly string[]) => `is not one of ${values.join(', ')}`;

/** A whole number in the query. */
export function wholeNumber(least: number, most: number) {
  const error = `is not a whole number from ${least} to ${most}`;
  return z.coerce
    .number({ error })
    .check(z.multipleOf(1, error), z.minimum(least, error), z.maximum(most, error));
}

/** Parameters of the path or the query. */
export function readParameters<Values>(
  schema: z.ZodMiniType<Values>,
  parameters: unknown,
): Input<Values> {
  return check(schema, parameters, (path) => ({ parameter: path.join('.') }));
}

/** The JSON object in the body. Without a body it is empty. */
export async function readJson<Values>(
  schema: z.ZodMiniType<Values>,
  request: Request,
): Promise<Input<Values>> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body.kind === 'too_large') return { refusal: problem(413, 'At most 1 MiB.') };
  if (body.kind === 'broken_off') return { refusal: problem(400, 'The body broke off.') };
  const isEmpty = body.bytes.length === 0;
  if (!isEmpty && !/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return { refusal: problem(415, 'Send JSON, with content-type: application/json.') };
  }
  const json = isEmpty ? {} : parseObject(body.bytes);
  return json
    ? check(schema, json, (path) => ({ pointer: ['#', ...path].join('/') }))
    : { refusal: problem(400, 'The body is not a JSON object.') };
}

function check<Values>(
  schema: z.ZodMiniType<Values>,
  input: unknown,
  place: (path: PropertyKey[]) => Omit<Mistake, 'detail'>,
): Input<Values> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { values: parsed.data };
  const { issues } = parsed.error;
  const detail = issues.map(({ path, message }) => `${path.join('.') || 'The body'} ${message}`);
  const errors = issues.map(({ path, message }) => ({ detail: message, ...place(path) }));
  return { refusal: problem(400, `${detail.join('; ')}.`, undefined, errors) };
}
