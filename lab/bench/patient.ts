// A question whose answer takes minutes. `fetch` of Node gives up after five.
import { Agent, fetch } from 'undici';

const patient = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** Posts JSON and returns the JSON of the answer. Throws what the Worker says instead. */
export async function askPatiently(url: URL, question: unknown): Promise<unknown> {
  const body = JSON.stringify(question);
  const response = await fetch(url.href, { method: 'POST', body, dispatcher: patient });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
