// What setup reads from the documentation, makes up, and keeps in the file of the deployment.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettingsFile, writeSettingsFile } from '../../src/cli/deployment.ts';
import { allSettings, registry } from '../../src/cli/registry.ts';
import { makeUpSecret as makeUp } from '../../src/cli/setup/make-up-secret.ts';
import { type Given, planSettings } from '../../src/cli/setup/plan.ts';
import { readSourceGuides } from '../../src/cli/setup/source-guide.ts';
import { anyText, type Setting } from '../../src/settings/setting.ts';
import { sources } from '../../src/sources/index.ts';
import { textOf } from './stage.ts';

const names = [...sources.values()].map(({ secretName }) => secretName);
const makeUpSecret = (name: string) => makeUp(name, registry);
const needed = (name: string): Setting => ({
  name,
  doc: 'A key.',
  fix: 'Set it.',
  isSecret: true,
  isNeeded: true,
  read: anyText,
});
const hubspot = { name: 'hubspot', label: 'HubSpot', settings: [needed('HUBSPOT_TOKEN')] };
const pair = {
  name: 'pair',
  label: 'Pair',
  settings: [needed('PAIR_ADDRESS'), needed('PAIR_SECRET')],
};
const NOTHING: Given = {
  env: {},
  local: {},
  deployed: new Set(),
  rotate: [],
  secrets: [],
  destinations: [hubspot],
};
const all = [...allSettings(registry).map(({ name }) => name), 'PAIR_ADDRESS', 'PAIR_SECRET'];
const plan = (given: Partial<Given>) =>
  planSettings({ ...NOTHING, ...given }, all, (name) => makeUpSecret(name) && `made up ${name}`);

describe('a plan', () => {
  it('for a new Worker needs both keys and makes up the rest', () => {
    const { missing, madeUp, later } = plan({});
    expect(missing).toEqual(['DATAFAST_API_KEY', 'HUBSPOT_TOKEN']);
    expect([...madeUp.keys()]).toEqual(['ADMIN_TOKEN', 'SIGNUP_WEBHOOK_SECRET']);
    expect(later).toEqual([]);
  });

  it('for a Worker that has everything writes nothing', () => {
    const deployed = new Set(['DATAFAST_API_KEY', 'HUBSPOT_TOKEN', 'ADMIN_TOKEN', ...names]);
    const { write, missing, later } = plan({
      deployed,
      local: { HUBSPOT_TOKEN: 'of the file', ADMIN_TOKEN: 'of the file' },
      secrets: ['STRIPE_WEBHOOK_SECRET'],
    });
    expect([...write, ...missing, ...later]).toEqual([]);
  });

  it('prefers the environment to what is deployed, and takes the file only where nothing is deployed', () => {
    const { write } = plan({
      deployed: new Set(['HUBSPOT_TOKEN']),
      env: { HUBSPOT_TOKEN: ' new ' },
      local: { HUBSPOT_TOKEN: 'old', DATAFAST_API_KEY: 'df_file', UNKNOWN: 'x' },
    });
    expect(Object.fromEntries(write)).toMatchObject({
      HUBSPOT_TOKEN: 'new',
      DATAFAST_API_KEY: 'df_file',
    });
    expect(write.has('UNKNOWN')).toBe(false);
  });

  it('needs the website of an account’s token, unless it is known', () => {
    const env = { DATAFAST_API_KEY: 'dft_x', HUBSPOT_TOKEN: 'x' };
    expect(plan({ env }).missing).toEqual(['DATAFAST_WEBSITE_ID']);
    expect(plan({ env, deployed: new Set(['DATAFAST_WEBSITE_ID']) }).missing).toEqual([]);
  });

  it('needs every key of the destinations that should be on, and no other’s', () => {
    const destinations = [pair];
    expect(plan({ destinations }).missing).toEqual([
      'DATAFAST_API_KEY',
      'PAIR_ADDRESS',
      'PAIR_SECRET',
    ]);
    const { missing, write } = plan({ destinations, env: { PAIR_ADDRESS: 'a' } });
    expect(missing).toEqual(['DATAFAST_API_KEY', 'PAIR_SECRET']);
    expect(write.get('PAIR_ADDRESS')).toBe('a');
  });

  it('asks for a key of a destination that is to be rotated', () => {
    const deployed = new Set(all);
    expect(
      plan({ deployed, rotate: ['PAIR_SECRET'], destinations: [hubspot, pair] }),
    ).toMatchObject({
      missing: ['PAIR_SECRET'],
      later: [],
    });
  });

  it('leaves the secrets that providers give for after the deploy', () => {
    const { madeUp, later } = plan({
      secrets: ['STRIPE_WEBHOOK_SECRET', 'AUTH0_WEBHOOK_SECRET'],
    });
    expect(later).toEqual(['STRIPE_WEBHOOK_SECRET']);
    expect([...madeUp.keys()]).toContain('AUTH0_WEBHOOK_SECRET');
  });
});

describe('made-up secrets', () => {
  const makers = [...sources.values()].filter(({ secretName }) => makeUpSecret(secretName));

  it('are those that docs/sources.md says the operator makes up', () => {
    const guides = readSourceGuides('https://whence.example');
    const chosen = [...sources.keys()].filter((name) =>
      /make up a token|you choose it|you make it up/i.test(guides.get(name)?.secret ?? ''),
    );
    expect(new Set(makers.map(({ name }) => name))).toEqual(new Set(chosen));
  });

  it.each(makers)('$name takes what is made up for it', ({ secretName, secretProblem }) => {
    const secret = makeUpSecret(secretName) ?? '';
    expect(secretProblem(secret)).toBeUndefined();
    expect(makeUpSecret(secretName)).not.toBe(secret);
  });
});

describe('the guides in docs/sources.md', () => {
  const guides = readSourceGuides('https://whence.example/');

  it.each([...sources.keys()])('%s: where its webhook is made and its secret is found', (name) => {
    const guide = guides.get(name);
    expect(guide?.webhook).toBeTruthy();
    expect(guide?.secret).toContain(sources.get(name)?.secretName);
    expect(JSON.stringify(guide)).not.toContain('<your worker>');
  });
});

describe('the file of a deployment', () => {
  it('keeps every other line, and is the operator’s alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
    const file = join(folder, 'whence', 'whence.env');
    writeSettingsFile(file, new Map([['ADMIN_TOKEN', 'first']]));
    writeSettingsFile(
      file,
      new Map([
        ['ADMIN_TOKEN', 'a$&b'],
        ['WHENCE_URL', 'https://whence.example'],
      ]),
    );
    expect(textOf(file)).toBe('ADMIN_TOKEN="a$&b"\nWHENCE_URL="https://whence.example"\n');
    expect(readSettingsFile(file)).toEqual({
      ADMIN_TOKEN: 'a$&b',
      WHENCE_URL: 'https://whence.example',
    });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });
});
