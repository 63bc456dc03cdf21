// Whether the DataFast key works, and what to do if not: one request for a visitor that does not exist.
// https://datafa.st/docs/api/website/visitors/retrieve
import type { Problem } from '../model.ts';
import { needsWebsite } from '../settings/own-settings.ts';
import { send } from '../upstream/send.ts';
import { addressOf, type DatafastOptions } from './datafast.ts';
import { messageIn } from './refusal.ts';

export type CheckOptions = Pick<DatafastOptions, 'apiKey' | 'websiteId' | 'url' | 'fetch'>;

const NO_VISITOR = '00000000-0000-4000-8000-000000000000';
const TIMEOUT_MS = 8_000;

/** Empty when the key works. `undefined` when it is not complete, so that nothing was asked: the settings say that. */
export async function checkDatafast(
  options: CheckOptions,
): Promise<readonly Problem[] | undefined> {
  const { apiKey, websiteId } = options;
  if (apiKey === undefined || (needsWebsite(apiKey) && !websiteId)) return undefined;
  const response = await send(options.fetch, {
    method: 'GET',
    url: addressOf(options, `visitors/${NO_VISITOR}`),
    headers: { authorization: `Bearer ${apiKey}` },
    timeoutMs: TIMEOUT_MS,
  });
  const status = response.kind === 'answered' ? response.status : 0;
  // A page of HTML is not DataFast's word.
  const message = response.kind === 'answered' ? messageIn(response.json) : '';
  const say = (key: string, fix: string) => {
    const said = message.replaceAll(apiKey, '…').slice(0, 120);
    return [{ key, problem: `gets the answer ${status || 'nothing'} ${said}`.trim(), fix }];
  };
  if (status === 401) return say('DATAFAST_API_KEY', 'Create a new key in DataFast and set it.');
  if (status === 403 || (status === 400 && /website/i.test(message))) {
    const key = needsWebsite(apiKey) ? 'DATAFAST_WEBSITE_ID' : 'DATAFAST_API_KEY';
    return say(key, 'It needs analytics:read for this website, and a plan that is not suspended.');
  }
  // 404 and 429 also prove that the key is valid.
  const isKnown = [200, 400, 429].includes(status) || (status === 404 && message);
  return isKnown ? [] : say('DATAFAST_URL', 'Correct or remove it; else try again in a minute.');
}
