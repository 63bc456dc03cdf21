// The README's table of fields is the field table, to the letter.
import { describe, expect, it } from 'vitest';
import readme from '../../README.md?raw';
import { fields } from '../../src/destinations/fields.ts';
import { ownFields } from '../../src/destinations/hubspot/own-fields.ts';

const RULES = {
  once: 'once',
  always: 'newest',
  when_new: 'new contact only',
  when_empty: 'only if empty',
};

describe('the README', () => {
  it('shows every field as the field table has it', () => {
    const rows = [...fields, ...ownFields].map(
      ({ property, type, write, snapshot, description }) =>
        `| \`${property}\` | ${type} | ${RULES[write]}${snapshot ? `, with the ${snapshot.replace('_', ' ')}` : ''} | ${description} |`,
    );
    const table = [
      '| property | type | written | what it says |',
      '| --- | --- | --- | --- |',
      ...rows,
    ];
    const [, shown] = /<!-- fields -->\n([\s\S]*?)\n<!-- \/fields -->/.exec(readme) ?? [];
    expect(shown?.split('\n')).toEqual(table);
  });
});
