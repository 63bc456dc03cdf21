// The flags of setup. Secrets are not among them: others on the machine can read a command line.
import { parseArgs } from 'node:util';
import { sources } from '../../sources/index.ts';
import { DEFAULT_NAME } from '../dev-vars.ts';
import { mistakeInUrl } from '../worker-api.ts';
import { mistakeInName } from '../worker-config.ts';

export const USAGE = `usage: npm run setup [-- <flags>]

  --yes                asks nothing; ends with 2 and names everything that is missing
  --dry-run            says what it would do and changes nothing
  --name <name>        the Worker's name (WHENCE_NAME), for a second one in the same account: its database and queues are
                       named after it, and its settings stand in .dev.vars.<name>; whence unless given
  --account <id|name>  the Cloudflare account (CLOUDFLARE_ACCOUNT_ID), where there are several
  --sources <a,b>      sources to switch on (WHENCE_SOURCES): ${[...sources.keys()].join(', ')}
  --rotate <NAME>      gives this secret a new value: made up, or asked for; may be repeated
  --url <url>          where the Worker answers (WHENCE_URL), if not at workers.dev
  --sample <source>    which sample is sent (WHENCE_SAMPLE); signup unless given
  --no-sample          sends none

  Secrets come from the environment, from .dev.vars or from questions, never from flags: DATAFAST_API_KEY,
  DATAFAST_WEBSITE_ID (with a dft_… key), the keys of one destination at least, <SOURCE>_WEBHOOK_SECRET. Those of the
  environment replace what is deployed; those of .dev.vars only fill in what is missing. ADMIN_TOKEN and
  SIGNUP_WEBHOOK_SECRET are made up. Cloudflare: npx wrangler login, or CLOUDFLARE_API_TOKEN.`;

export interface Flags {
  yes: boolean;
  dryRun: boolean;
  /** Of the Worker. */
  name: string;
  account?: string;
  /** Absent when not given. */
  sources?: readonly string[];
  rotate: readonly string[];
  url?: string;
  /** Absent: none is sent. */
  sample?: string;
}

/** `undefined` when a flag is unknown, or its value is wrong. */
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
        name: { type: 'string', default: env.WHENCE_NAME || DEFAULT_NAME },
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
    const isUrl = values.url === undefined || mistakeInUrl(values.url) === undefined;
    if (!isKnown || !isUrl || mistakeInName(values.name)) return undefined;
    return {
      yes: values.yes,
      dryRun: values['dry-run'],
      name: values.name,
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
