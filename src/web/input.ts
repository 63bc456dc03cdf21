// What a request carries, read in one way: the values, or the answer that says which of them is wrong. Never what was
// sent: an answer must not repeat an email or a token.
import * as z from 'zod/mini';
import { emailFrom, visitorIdFrom } from '../model.ts';
import { parseObject } from '../sources/payload.ts';
import { readBody } from './body.ts';
import { problem } from './problem.ts';

const MAX_BODY_BYTES = 1024 * 1024;

export type Input<Values> =
  | { values: Values; refusal?: undefined }
  | { values?: undefined; refusal: Response };

/** A text that a function reads; `error` continues the sentence "email …". */
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

/** Parameters of the path or the query. */
export function readParameters<Values>(
  schema: z.ZodMiniType<Values>,
  parameters: unknown,
): Input<Values> {
  return check(schema, parameters, (path) => ({ parameter: path.join('.') }));
}

/** A JSON object in the body; without a body, an empty one. */
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
  place: (path: PropertyKey[]) => object,
): Input<Values> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { values: parsed.data };
  const { issues } = parsed.error;
  const detail = issues.map(({ path, message }) => `${path.join('.') || 'The body'} ${message}`);
  const errors = issues.map(({ path, message }) => ({ detail: message, ...place(path) }));
  return { refusal: problem(400, `${detail.join('; ')}.`, undefined, errors) };
}
