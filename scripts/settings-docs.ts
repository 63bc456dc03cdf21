// The settings as the documentation shows them: the table in docs/settings.md, the whole of .dev.vars.example, and what Cloudflare
// says of each key when it asks for them.
import { destinations } from '../src/destinations/index.ts';
import { ownSettings } from '../src/settings/own-settings.ts';
import { neededSettings, type Setting } from '../src/settings/setting.ts';
import { ANY_SECRET, secretSetting } from '../src/settings/webhook-secrets.ts';
import { sources } from '../src/sources/index.ts';

const needed = ownSettings.filter(({ isNeeded }) => isNeeded);
const optional = ownSettings.filter(({ isNeeded }) => !isNeeded);
const secrets = [...sources.values()].map(secretSetting);

/** The rows of docs/settings.md, between its markers. */
export function settingsTable(): string {
  const rows = [
    ...needed.map((setting) => rowOf(setting, 'Required.')),
    ...destinations.flatMap(({ label, settings }) =>
      settings.map((setting) =>
        rowOf(setting, setting.isNeeded ? `Required for ${label}.` : undefined),
      ),
    ),
    ...secrets.slice(0, 1).map((setting) => rowOf({ ...setting, name: ANY_SECRET })),
    ...optional.map((setting) => rowOf(setting)),
  ];
  return ['| name | meaning |', '| --- | --- |', ...rows].join('\n');
}

function rowOf({ name, doc, default: value }: Setting, note?: string): string {
  const parts = [note, doc, value === undefined ? undefined : `Default: \`${value}\`.`];
  return `| \`${name}\` | ${parts.filter((part) => part !== undefined).join(' ')} |`;
}

/** All of .dev.vars.example: what is required to be filled in, and everything else as a comment. */
export function exampleFile(): string {
  const sections = [
    [
      '# Settings of a Worker on this machine: for `npm run dev`, and for the commands in this folder. Copy to .dev.vars.',
      '# Deployed, each of these is a secret: set by `npm run setup`, or `npx wrangler secret put <NAME>`.',
      '# This file is made from the settings in the code by `npm run docs`.',
    ],
    ...needed.map((setting) => entryOf(setting)),
    ['# Destinations: set at least one.'],
    ...destinations.flatMap((destination) => {
      const must = neededSettings(destination);
      const may = destination.settings.filter((setting) => !must.includes(setting));
      return [...must, ...may].map((setting) => entryOf(setting));
    }),
    [
      ...comment(secrets[0]?.doc ?? ''),
      '# docs/sources.md says for each where its secret comes from.',
      ...secrets.map(({ name }) => `# ${name}=`),
    ],
    ...optional.map((setting) => entryOf(setting)),
    [
      '# The Worker that the commands in this folder ask, if it is not the one on this machine.',
      '# WHENCE_URL=',
    ],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function entryOf({ name, doc, default: value, isNeeded }: Setting): string[] {
  const isOwn = needed.some((setting) => setting.name === name);
  const line = `${name}=${value ?? ''}`;
  return [...comment(doc), isNeeded && isOwn ? line : `# ${line}`];
}

const WIDTH = 110;

/** Wrapped between words. */
function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** What Cloudflare shows beside each key that it asks for: the setting's own line. By name, for package.json. */
export function keyDescriptions(): Record<string, { description: string }> {
  const keys = [...needed, ...destinations.flatMap((destination) => neededSettings(destination))];
  return Object.fromEntries(keys.map(({ name, doc }) => [name, { description: doc }]));
}
