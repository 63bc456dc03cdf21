// What can be said to setup on its command line. Secrets cannot: others on the machine can read a command line.
import { parseArgs } from 'node:util';
import { sources } from '../../sources/index.ts';
import { faultOfUrl } from '../worker-api.ts';

export const USAGE = `usage: npm run setup [-- <flags>]

  --yes                asks nothing; ends with 2 and names everything that is missing
  --dry-run            says what it would do and changes nothing
  --account <id|name>  the Cloudflare account (CLOUDFLARE_ACCOUNT_ID), where there are several
  --sources <a,b>      sources to switch on (WHENCE_SOURCES): ${[...sources.keys()].join(', ')}
  --rotate <NAME>      makes up or asks for this secret anew; may be repeated
  --url <url>          where the Worker answers (WHENCE_URL), if not at workers.dev
  --sample <source>    which sample is sent (WHENCE_SAMPLE); signup unless said otherwise
  --no-sample          sends none

  Secrets come from the environment, from .dev.vars or from questions, never from flags: DATAFAST_API_KEY,
  DATAFAST_WEBSITE_ID (with a dft_… key), HUBSPOT_TOKEN, <SOURCE>_WEBHOOK_SECRET. Those of the environment replace
  what is deployed; those of .dev.vars only fill in what is missing. ADMIN_TOKEN and SIGNUP_WEBHOOK_SECRET are made
  up. Cloudflare: npx wrangler login, or CLOUDFLARE_API_TOKEN.`;

export interface Flags {
  yes: boolean;
  dryRun: boolean;
  account?: string;
  /** Absent where nothing was said of them. */
  sources?: readonly string[];
  rotate: readonly string[];
  url?: string;
  /** Absent: none is sent. */
  sample?: string;
}

/** `undefined` for flags there are not. */
export function readFlags(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Flags | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        yes: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        account: { type: 'string', default: env.CLOUDFLARE_ACCOUNT_ID },
        sources: { type: 'string', default: env.WHENCE_SOURCES },
        rotate: { type: 'string', multiple: true, default: [] },
        url: { type: 'string', default: env.WHENCE_URL },
        sample: { type: 'string', default: env.WHENCE_SAMPLE ?? 'signup' },
        'no-sample': { type: 'boolean', default: false },
      },
    });
    const names = values.sources?.split(',').flatMap((name) => name.trim() || []);
    const isKnown = [...(names ?? []), values.sample].every((name) => sources.has(name));
    if (!isKnown || (values.url !== undefined && faultOfUrl(values.url))) return undefined;
    return {
      yes: values.yes,
      dryRun: values['dry-run'],
      account: values.account,
      sources: names,
      rotate: values.rotate,
      url: values.url,
      sample: values['no-sample'] ? undefined : values.sample,
    };
  } catch {
    return undefined;
  }
}
