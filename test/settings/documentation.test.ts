// What the documentation says about settings is what the rows say, to the letter.
import { describe, expect, it } from 'vitest';
import example from '../../.dev.vars.example?raw';
import page from '../../docs/settings.md?raw';
import manifest from '../../package.json';
import { exampleFile, keyDescriptions, settingsTable } from '../../scripts/settings-docs.ts';

const [, shown] = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(page) ?? [];

describe('the documentation of the settings', () => {
  it('shows every setting in docs/settings.md; else: npm run docs', () => {
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
