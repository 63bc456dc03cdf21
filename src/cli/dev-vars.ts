// `.dev.vars`: where settings of this machine stand, readable by the operator alone.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

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
  // The mode of a file that is there already stays as it is: closed to others before a secret is in it.
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, text, { mode: 0o600 });
}
