// What the documentation says about settings is what the rows say, to the letter.
import { describe, expect, it } from 'vitest';
import example from '../../.dev.vars.example?raw';
import manifest from '../../package.json';
import readme from '../../README.md?raw';
import { exampleFile, keyDescriptions, settingsTable } from '../../scripts/settings-docs.ts';

const [, shown] = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readme) ?? [];

describe('the documentation of the settings', () => {
  it('shows every setting in the README; else: npm run docs', () => {
    expect(shown).toBe(settingsTable());
  });

  it('has every setting in .dev.vars.example; else: npm run docs', () => {
    expect(example).toBe(exampleFile());
  });

  it('describes every key in package.json, for Cloudflare’s form; else: npm run docs', () => {
    expect(manifest.cloudflare.bindings).toMatchObject(keyDescriptions());
  });

  it('names no setting twice', () => {
    const names = [...exampleFile().matchAll(/^(?:# )?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
