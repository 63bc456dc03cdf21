// The type of an event as docs/destinations.md shows it: the file of the code itself, without its first line.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FILE = resolve(import.meta.dirname, '../src/destinations/signup-event.ts');

export function eventType(): string {
  const [, ...lines] = readFileSync(FILE, 'utf8').trim().split('\n');
  return ['```ts', ...lines.filter((line, index) => index > 0 || line !== ''), '```'].join('\n');
}
