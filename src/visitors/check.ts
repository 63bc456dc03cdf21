// Whether the DataFast key works, and what to do if not: one request for a visitor nobody has.
// https://datafa.st/docs/api/website/visitors/retrieve
import type { Problem } from '../model.ts';

export interface CheckOptions {
  apiKey: string | undefined;
  websiteId: string | undefined;
  url: string;
  fetch: typeof fetch;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const TIMEOUT_MS = 8_000;

/** Empty when the key works, or when it is not whole: that is a matter of the settings. */
export async function checkDatafast(options: CheckOptions): Promise<readonly Problem[]> {
  const { apiKey, websiteId, url } = options;
  const needsWebsite = apiKey?.startsWith('dft_');
  if (apiKey === undefined || (needsWebsite && !websiteId)) return [];
  const query = needsWebsite ? `?websiteId=${websiteId}` : '';
  let status = 0;
  let message = '';
  try {
    const response = await options.fetch(`${url}/api/v1/visitors/${NOBODY}${query}`, {
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = response.status;
    // As JSON has it: a page of HTML is not DataFast's word.
    message = /"message": *"([^"]*)"/.exec(await response.text())?.[1] ?? '';
  } catch {
    // The status says enough; none says that nobody answered.
  }
  const say = (key: string, fix: string) => {
    const said = message.replaceAll(apiKey, '…').slice(0, 120);
    return [{ key, problem: `is answered ${status || 'nothing'} ${said}`.trim(), fix }];
  };
  if (status === 401) return say('DATAFAST_API_KEY', 'Create a new key in DataFast and set it.');
  if (status === 403 || (status === 400 && /website/i.test(message))) {
    const key = needsWebsite ? 'DATAFAST_WEBSITE_ID' : 'DATAFAST_API_KEY';
    return say(key, 'It takes analytics:read for this website, and a plan not suspended.');
  }
  // Whose visitor is not known, or who is told to slow down, is known.
  const isKnown = [200, 400, 429].includes(status) || (status === 404 && message);
  return isKnown ? [] : say('DATAFAST_URL', 'Mend or remove it; else try again in a minute.');
}
