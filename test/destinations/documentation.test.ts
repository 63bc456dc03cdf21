// The tables of fields in the documentation are the field table, to the letter.
import { describe, expect, it } from 'vitest';
import destinationsDocument from '../../docs/destinations.md?raw';
import fieldsDocument from '../../docs/fields.md?raw';
import { fieldsInFull } from '../../scripts/fields-docs.ts';
import eventFile from '../../src/destinations/signup-event.ts?raw';

describe('the documentation', () => {
  it('shows every field in docs/fields.md with type, options and rule; else: npm run docs', () => {
    expect(fieldsDocument).toBe(fieldsInFull());
  });

  it('shows the type of an event as the code has it; else: npm run docs', () => {
    const [, shown] =
      /<!-- event -->\n```ts\n([\s\S]*?)\n```\n<!-- \/event -->/.exec(destinationsDocument) ?? [];
    expect(eventFile.trim().split('\n').slice(2).join('\n')).toBe(shown);
  });
});
