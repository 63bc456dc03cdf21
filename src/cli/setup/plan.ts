// Which settings a run of setup writes, makes up and has to ask for, given what is there already. Pure.
import type { DestinationSettings } from '../../settings/config.ts';
import { ownSettings } from '../../settings/own-settings.ts';
import { neededSettings } from '../../settings/setting.ts';

type Texts = Readonly<Record<string, string | undefined>>;

export interface Given {
  /** Set for this run: replaces what is deployed. */
  env: Texts;
  /** From `.dev.vars`: fills in what is not deployed. */
  local: Texts;
  /** Names of the deployed secrets; empty for a Worker that does not exist yet. */
  deployed: ReadonlySet<string>;
  /** Names that should get a new value. */
  rotate: readonly string[];
  /** Secrets of the sources that should be on. */
  secrets: readonly string[];
  /** The destinations that should be on. */
  destinations: readonly DestinationSettings[];
}

export interface Plan {
  /** To be deployed. */
  write: Map<string, string>;
  /** Made up in this run. It has to be kept, because Cloudflare shows no secret again. */
  madeUp: Map<string, string>;
  /** Without them nothing can be deployed. */
  missing: readonly string[];
  /** Secrets that their provider shows once its webhook exists: they come after the deploy. */
  later: readonly string[];
}

const ALWAYS_MADE_UP = ['ADMIN_TOKEN', 'SIGNUP_WEBHOOK_SECRET'];

/** `names`: of every setting there is. */
export function planSettings(
  { env, local, deployed, rotate, secrets, destinations }: Given,
  names: readonly string[],
  makeUp: (name: string) => string | undefined,
): Plan {
  const isThere = (name: string) => deployed.has(name) && !rotate.includes(name);
  const write = new Map<string, string>();
  for (const name of names) {
    // What should be changed must not come back from a file.
    const kept = isThere(name) || rotate.includes(name) ? undefined : local[name]?.trim();
    const value = env[name]?.trim() || kept;
    if (value) write.set(name, value);
  }
  const isOpen = (name: string) => !isThere(name) && !write.has(name);
  const rows = [{ settings: ownSettings }, ...destinations]
    .flatMap((owner) => neededSettings(owner, write))
    .filter(({ name }) => !ALWAYS_MADE_UP.includes(name));
  const chosen = rows.filter(({ isMadeUp }) => isMadeUp).map(({ name }) => name);
  const needed = rows.map(({ name }) => name).filter((name) => !chosen.includes(name));
  const madeUp = new Map<string, string>();
  const later: string[] = [];
  for (const name of new Set([...ALWAYS_MADE_UP, ...chosen, ...secrets, ...rotate])) {
    if (!isOpen(name) || needed.includes(name)) continue;
    const secret = makeUp(name);
    if (secret === undefined) later.push(name);
    else madeUp.set(name, secret);
  }
  const missing = needed.filter(isOpen);
  return { write: new Map([...write, ...madeUp]), madeUp, missing, later };
}
