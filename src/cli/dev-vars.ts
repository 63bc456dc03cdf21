// `.dev.vars`: where the settings of this machine stand, readable by the operator alone.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** The name of the Worker unless it is told another one. */
export const DEFAULT_NAME = 'whence';

/** A second Worker has other keys, so it has a file of its own. */
export function devVarsPath(workerName: string | undefined): string {
  return !workerName || workerName === DEFAULT_NAME ? '.dev.vars' : `.dev.vars.${workerName}`;
}

export function readDevVars(file: string): Record<string, string | undefined> {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** Sets each of the values and leaves every other line as it is. */
export function writeDevVars(file: string, values: ReadonlyMap<string, string>): void {
  if (values.size === 0) return;
  let text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const [name, value] of values) {
    const assignment = `${name}="${value}"`;
    const line = new RegExp(`^${name}=.*$`, 'm');
    if (line.test(text)) text = text.replace(line, () => assignment);
    else text += `${text === '' || text.endsWith('\n') ? '' : '\n'}${assignment}\n`;
  }
  // Writing does not change the mode of a file that exists. It is closed to others before a secret is in it.
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, text, { mode: 0o600 });
}
