// What setup takes from outside.
import type { askDoctor } from '../doctor/ask-doctor.ts';
import type { withSecretsFile } from '../secrets-file.ts';
import type { Wrangler } from '../wrangler.ts';
import type { Flags } from './flags.ts';
import type { Patience } from './send-sample.ts';
import type { Ask, Say } from './terminal.ts';

export interface SetupDependencies extends Patience {
  flags: Flags;
  env: Readonly<Record<string, string | undefined>>;
  /** The path of `.dev.vars`. */
  devVars: string;
  wrangler: Wrangler;
  /** Absent where nobody can answer. */
  ask?: Ask;
  say: Say;
  /** What must not be seen: setup tells every secret it learns. */
  hide(secret: string): void;
  askDoctor?: typeof askDoctor;
  /** Where temporary files go; the system's own unless said otherwise. */
  withSecretsFile?: typeof withSecretsFile;
}
