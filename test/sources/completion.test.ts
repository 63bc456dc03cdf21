// Every source that declares what completes a signup passes the contract, and the documentation names it.
import { describe, expect, it } from 'vitest';
import docs from '../../docs/sources.md?raw';
import { samples } from '../../samples/index.ts';
import { sources } from '../../src/sources/index.ts';
import { describeCompletion } from './completion-contract.ts';

const table = docs.split(/^## /m).find((text) => text.startsWith('What comes later')) ?? '';
const rowOf = (name: string) =>
  table.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';

describe.each([...sources.values()])('what completes a signup of $name', (source) => {
  const { name, completingEvents } = source;

  it('is in the table of docs/sources.md', () => {
    expect(rowOf(name)).not.toBe('');
    if (completingEvents === 'any') expect(rowOf(name)).toContain('every event');
    else {
      for (const event of completingEvents.filter((type) => /^[a-z._]+$/i.test(type))) {
        const word = event.startsWith('DIRECT') ? event.toLowerCase() : event;
        expect(rowOf(name)).toContain(`\`${word}\``);
      }
    }
  });

  it('has a sample, or the table says that nothing does', () => {
    const hasSample = samples.get(name)?.completion !== undefined;
    expect(hasSample).toBe(!rowOf(name).includes('| nothing'));
    if (completingEvents.length > 0) expect(hasSample).toBe(true);
  });
});

for (const source of sources.values()) {
  const sample = samples.get(source.name);
  if (sample?.completion) describeCompletion(source, sample, sample.completion);
}
