// What setup takes from outside.
import type { MachineSettings } from '../deployment.ts';
import type { askDoctor } from '../doctor/ask-doctor.ts';
import type { Registry } from '../registry.ts';
import type { TemporaryPlace } from '../temporary-file.ts';
import type { Wrangler } from '../wrangler.ts';
import type { Flags } from './flags.ts';
import type { Ask, Say } from './terminal.ts';

export interface SetupDependencies {
  flags: Flags;
  env: Readonly<Record<string, string | undefined>>;
  /** The path of the file that keeps what is made up, and the Worker's URL. */
  file: string;
  /** Settings of the folder where setup runs: they fill in what is missing. */
  local?: MachineSettings;
  registry: Registry;
  wrangler: Wrangler;
  /** Absent where nobody can answer. */
  ask?: Ask;
  say: Say;
  /** What no message may show: setup hands every secret that it learns. */
  hide(secret: string): void;
  fetch: typeof fetch;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  askDoctor?: typeof askDoctor;
  /** Where temporary files go. */
  place?: TemporaryPlace;
}
