// The fields of a form on one of our own pages.
import { readBody } from './body.ts';

/** Our own forms are smaller: a page of a list with the ID of each signup is the largest one. */
const MAX_FORM_BYTES = 64 * 1024;

/** Empty when the body is too large or breaks off. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const body = await readBody(request, MAX_FORM_BYTES);
  return new URLSearchParams(body.kind === 'bytes' ? new TextDecoder().decode(body.bytes) : '');
}
