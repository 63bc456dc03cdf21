// The settings of this machine, for every command: `.dev.vars` in the current folder, overridden by the environment.
import { devVarsPath, readDevVars } from './dev-vars.ts';

export type MachineSettings = Readonly<Record<string, string | undefined>>;

/** WHENCE_NAME says which Worker's file it is, where the account has several. */
export function machineSettings(env: MachineSettings = process.env): MachineSettings {
  return { ...readDevVars(devVarsPath(env.WHENCE_NAME)), ...env };
}

/** The Worker that a command asks unless it is told: the deployed one, which setup writes down, or one on this machine. */
export function defaultWorkerUrl(settings: MachineSettings = machineSettings()): string {
  return settings.WHENCE_URL ?? 'http://localhost:8787';
}
