// What a form of ours sent.
import { readBody } from './body.ts';

/** Ours are smaller. */
const MAX_FORM_BYTES = 4096;

/** Empty when it is no form, or none of ours. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const body = await readBody(request, MAX_FORM_BYTES);
  return new URLSearchParams(body.kind === 'bytes' ? new TextDecoder().decode(body.bytes) : '');
}
