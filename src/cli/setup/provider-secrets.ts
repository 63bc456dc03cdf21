// After the deploy: the URL of each source and where it goes, and the secrets that providers show only then.
import type { Source } from '../../sources/source.ts';
import { commandLine } from '../invocation.ts';
import { readSourceGuides } from './source-guide.ts';
import type { Ask, Say } from './terminal.ts';

type Named = Pick<Source, 'name' | 'secretName' | 'secretProblem'>;

/** The URL of every source that is on, and for those that this run switched on, where it goes. */
export function sayWhereToPaste(
  say: Say,
  url: string,
  on: readonly Named[],
  written: ReadonlyMap<string, string>,
  madeUp: { names: ReadonlyMap<string, string>; file: string },
): void {
  const urls = on.map(({ name }) => `${name.padEnd(12)} ${webhookUrl(url, name)}`);
  if (urls.length > 0) say.note('Webhooks', urls.join('\n'));
  for (const { name, secretName } of on) {
    const kept = `Secret: ${secretName} in ${madeUp.file}`;
    const where = madeUp.names.has(secretName) ? kept : undefined;
    if (written.has(secretName)) say.note(name, guideOf(url, name, where));
  }
}

/** By setting. A source whose secret is not given stays off. */
export async function askProviderSecrets(asking: {
  url: string;
  sources: readonly Named[];
  ask?: Ask;
  say: Say;
}): Promise<ReadonlyMap<string, string>> {
  const { url, ask, say } = asking;
  const secrets = new Map<string, string>();
  for (const { name, secretName, secretProblem } of asking.sources) {
    say.note(name, guideOf(url, name));
    const secret = await ask?.secret(`${secretName} (empty: later)`, secretProblem, true);
    if (secret) secrets.set(secretName, secret);
    else say.warn(`${name} stays off`, commandLine('setup', '--sources', name));
  }
  return secrets;
}

const webhookUrl = (url: string, name: string) => new URL(`/webhooks/${name}`, url).toString();

/** `secret`: where it stands, when it exists already. */
function guideOf(url: string, name: string, secret?: string): string {
  const guide = readSourceGuides(url).get(name);
  return [
    guide?.webhook,
    guide?.events && `Events: ${guide.events}`,
    secret ?? guide?.secret,
    guide?.cookie && `Carry the cookie:\n${guide.cookie}`,
    `More: docs/sources.md#${name}`,
  ]
    .filter((text) => text)
    .join('\n');
}
