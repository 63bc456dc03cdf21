// The fields of a form on one of our own pages.
import { readBody } from './body.ts';

/** Our own forms are smaller. */
const MAX_FORM_BYTES = 4096;

/** Empty when the body is too large or breaks off. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const body = await readBody(request, MAX_FORM_BYTES);
  return new URLSearchParams(body.kind === 'bytes' ? new TextDecoder().decode(body.bytes) : '');
}
