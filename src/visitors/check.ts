// Whether the DataFast key works, and what to do if not: one request for a visitor that does not exist.
// https://datafa.st/docs/api/website/visitors/retrieve
import { isObject } from '../json.ts';
import type { Problem } from '../model.ts';
import { needsWebsite } from '../settings/own-settings.ts';
import { send } from '../upstream/send.ts';
import { addressOf, type DatafastOptions } from './datafast.ts';
import { describeRefusal, meaningOfRefusal, messageIn } from './refusal.ts';

export type CheckOptions = Pick<DatafastOptions, 'apiKey' | 'websiteId' | 'url' | 'fetch'>;

const NO_VISITOR = '00000000-0000-4000-8000-000000000000';
/** The address unless DATAFAST_URL names another one. */
const OFFICIAL_URL = 'https://datafa.st';
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
  const isOwnUrl = options.url !== OFFICIAL_URL;
  if (response.kind === 'failed') return [unreachable(options.url, isOwnUrl)];
  const { status, json } = response;
  // A page of HTML is not DataFast's word, and neither is a 404 without any.
  const isWord = status === 400 ? isObject(json) : status === 404 && messageIn(json) !== '';
  const answer = describeRefusal({ status, json }, [apiKey]).replace('HTTP ', '');
  const say = (key: string, fix: string) => [said(key, answer, fix)];
  if (status === 401) return say('DATAFAST_API_KEY', 'Create a new key in DataFast and set it.');
  const meaning = isWord ? meaningOfRefusal({ status, json }) : NONE;
  if ([402, 403].includes(status) || meaning.about === 'everybody') {
    const key = needsWebsite(apiKey) ? 'DATAFAST_WEBSITE_ID' : 'DATAFAST_API_KEY';
    return say(key, 'It needs analytics:read for this website, and a plan that is not suspended.');
  }
  // 429, and a refusal of the visitor, also prove that the key is valid.
  const isKnown = status === 200 || status === 429 || meaning.about !== 'nobody';
  if (isKnown) return [];
  return isOwnUrl
    ? say('DATAFAST_URL', 'Correct or remove it; else try again in a minute.')
    : [{ key: 'DataFast', problem: `answers ${answer}`, fix: DOWN }];
}

function unreachable(url: string, isOwnUrl: boolean): Problem {
  return isOwnUrl
    ? {
        key: 'DATAFAST_URL',
        problem: `names ${url}, which cannot be reached`,
        fix: 'Correct or remove it, or check the network, then run this again.',
      }
    : {
        key: 'DataFast',
        problem: `cannot be reached at ${url}`,
        fix: 'Check the network, then run this again.',
      };
}

const DOWN = 'It may be down. Signups wait for it, and none is lost. Try again in a minute.';
const NONE = { about: 'nobody' } as const;

const said = (key: string, answer: string, fix: string): Problem => ({
  key,
  problem: `gets the answer ${answer}`,
  fix,
});
