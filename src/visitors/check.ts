// Whether the DataFast key works, and what to do if not: one request for a visitor nobody has.
// https://datafa.st/docs/api/website/visitors/retrieve
import * as z from 'zod/mini';
import type { Problem } from '../model.ts';

export interface CheckOptions {
  apiKey: string | undefined;
  websiteId: string | undefined;
  url: string;
  fetch: typeof fetch;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const TIMEOUT_MS = 8_000;
const Refusal = z.object({ error: z.object({ message: z.string() }) });

/** Empty when the key works, or when there is none: that is a matter of the settings. */
export async function checkDatafast(options: CheckOptions): Promise<readonly Problem[]> {
  const { apiKey, websiteId, url } = options;
  const isAccount = apiKey?.startsWith('dft_') ?? false;
  if (apiKey === undefined || (isAccount && websiteId === undefined)) return [];
  const address = new URL(`${url}/api/v1/visitors/${NOBODY}`);
  if (isAccount && websiteId) address.searchParams.set('websiteId', websiteId);
  const say = (key: string, problem: string, fix: string) => [{ key, problem, fix }];
  let response: Response;
  let message: string | undefined;
  try {
    response = await options.fetch(address.toString(), {
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    message = Refusal.safeParse(await response.json().catch(() => undefined)).data?.error.message;
  } catch {
    return say('DATAFAST_URL', 'does not answer', 'Check it; else try again in a minute.');
  }
  const { status } = response;
  const said = message ? `: ${message.replaceAll(apiKey, '…').slice(0, 120)}` : '';
  switch (status) {
    case 401:
      return say('DATAFAST_API_KEY', 'is not known to DataFast', 'Create a new key and set it.');
    case 403:
      return say(
        isAccount ? 'DATAFAST_WEBSITE_ID' : 'DATAFAST_API_KEY',
        `is refused by DataFast (403${said})`,
        isAccount
          ? 'Give the token analytics:read for this website, or mend its id.'
          : 'Look in DataFast whether tracking is suspended by your plan.',
      );
    case 400:
      return /website/i.test(said)
        ? say('DATAFAST_WEBSITE_ID', `does not go with the key (400${said})`, WEBSITE_FIX)
        : [];
    // The visitor is not known, so the key is; and who is told to slow down is known, too.
    case 404:
      return message ? [] : say('DATAFAST_URL', 'is not DataFast’s API (404)', 'Remove it.');
    case 200:
    case 429:
      return [];
    default:
      return say('DATAFAST_URL', `answers ${status}`, 'Try again in a minute.');
  }
}

const WEBSITE_FIX = 'Only a dft_… token has one: the website’s 24 hexadecimal digits.';
