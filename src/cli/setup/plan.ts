// Which settings a run of setup writes, makes up and has to be told, from what is there already. Pure.
import { SETTING_NAMES } from '../../settings/config.ts';

export interface Given {
  /** Said for this run: replaces what is deployed. */
  env: Readonly<Record<string, string | undefined>>;
  /** Of `.dev.vars`: fills in what is not deployed. */
  local: Readonly<Record<string, string | undefined>>;
  /** Names of the deployed secrets; empty for a Worker that does not exist yet. */
  deployed: ReadonlySet<string>;
  /** Names to be made up or asked for anew. */
  rotate: readonly string[];
  /** Settings of the sources that shall be on. */
  wanted: readonly string[];
}

export interface Plan {
  /** To be deployed. */
  write: Map<string, string>;
  /** Made up in this run; has to be kept, since Cloudflare shows no secret again. */
  madeUp: Map<string, string>;
  /** Without them nothing can be deployed. */
  missing: readonly string[];
  /** Secrets their provider shows once its webhook is there: they come after the deploy. */
  later: readonly string[];
}

const NEEDED = ['DATAFAST_API_KEY', 'HUBSPOT_TOKEN'];
const ALWAYS_MADE_UP = ['ADMIN_TOKEN', 'SIGNUP_WEBHOOK_SECRET'];

export function planSettings(
  { env, local, deployed, rotate, wanted }: Given,
  secretNames: readonly string[],
  makeUp: (name: string) => string | undefined,
): Plan {
  const write = new Map<string, string>();
  const madeUp = new Map<string, string>();
  const isThere = (name: string) => deployed.has(name) && !rotate.includes(name);
  for (const name of [...SETTING_NAMES, ...secretNames]) {
    const said = env[name]?.trim();
    // What shall be changed must not come back from a file.
    const kept = isThere(name) || rotate.includes(name) ? undefined : local[name]?.trim();
    const value = said || kept;
    if (value) write.set(name, value);
  }
  const isOpen = (name: string) => !isThere(name) && !write.has(name);
  const later: string[] = [];
  for (const name of new Set([...ALWAYS_MADE_UP, ...wanted, ...rotate])) {
    if (!isOpen(name) || NEEDED.includes(name)) continue;
    const secret = makeUp(name);
    if (secret === undefined) {
      later.push(name);
      continue;
    }
    madeUp.set(name, secret);
    write.set(name, secret);
  }
  const missing = NEEDED.filter(isOpen);
  if (needsWebsite(write.get('DATAFAST_API_KEY')) && isOpen('DATAFAST_WEBSITE_ID')) {
    missing.push('DATAFAST_WEBSITE_ID');
  }
  return { write, madeUp, missing, later };
}

export const needsWebsite = (apiKey: string | undefined) => apiKey?.startsWith('dft_') ?? false;
