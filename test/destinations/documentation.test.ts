// The tables of fields in the documentation are the field table, to the letter.
import { describe, expect, it } from 'vitest';
import fieldsDocument from '../../docs/fields.md?raw';
import readme from '../../README.md?raw';
import { fieldsInFull, fieldsInShort } from '../../scripts/fields-docs.ts';

describe('the documentation', () => {
  it('shows every field in the README as the field table has it; else: npm run docs', () => {
    const [, shown] = /<!-- fields -->\n([\s\S]*?)\n<!-- \/fields -->/.exec(readme) ?? [];
    expect(shown).toBe(fieldsInShort());
  });

  it('shows every field in docs/fields.md with type, options and rule; else: npm run docs', () => {
    expect(fieldsDocument).toBe(fieldsInFull());
  });
});
