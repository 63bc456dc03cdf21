// What setup reads from the documentation, makes up, and keeps in `.dev.vars`.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDevVars, writeDevVars } from '../../src/cli/dev-vars.ts';
import { makeUpSecret } from '../../src/cli/setup/made-up-secrets.ts';
import { type Given, planSettings } from '../../src/cli/setup/plan.ts';
import { readSourceGuides } from '../../src/cli/setup/source-guide.ts';
import { sources } from '../../src/sources/index.ts';
import { textOf } from './stage.ts';

const names = [...sources.values()].map(({ secretName }) => secretName);
const NOTHING: Given = { env: {}, local: {}, deployed: new Set(), rotate: [], wanted: [] };
const plan = (given: Partial<Given>) =>
  planSettings({ ...NOTHING, ...given }, names, (name) => makeUpSecret(name) && `made up ${name}`);

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
      wanted: ['STRIPE_WEBHOOK_SECRET'],
    });
    expect([...write, ...missing, ...later]).toEqual([]);
  });

  it('takes the environment’s word over what is deployed, and the file’s only where nothing is', () => {
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

  it('leaves the secrets that providers give for after the deploy', () => {
    const { madeUp, later } = plan({
      wanted: ['STRIPE_WEBHOOK_SECRET', 'AUTH0_WEBHOOK_SECRET'],
    });
    expect(later).toEqual(['STRIPE_WEBHOOK_SECRET']);
    expect([...madeUp.keys()]).toContain('AUTH0_WEBHOOK_SECRET');
  });
});

describe('made-up secrets', () => {
  const makers = [...sources.values()].filter(({ secretName }) => makeUpSecret(secretName));

  it('are those that docs/sources.md tells one to make up', () => {
    const guides = readSourceGuides('https://whence.example');
    const told = [...sources.keys()].filter((name) =>
      /make up a token|you choose it|you make it up/i.test(guides.get(name)?.secret ?? ''),
    );
    expect(new Set(makers.map(({ name }) => name))).toEqual(new Set(told));
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

describe('.dev.vars', () => {
  it('keeps every other line, and is the operator’s alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
    const file = join(folder, '.dev.vars');
    writeDevVars(file, new Map([['ADMIN_TOKEN', 'first']]));
    writeDevVars(
      file,
      new Map([
        ['ADMIN_TOKEN', 'a$&b'],
        ['WHENCE_URL', 'https://whence.example'],
      ]),
    );
    expect(textOf(file)).toBe('ADMIN_TOKEN="a$&b"\nWHENCE_URL="https://whence.example"\n');
    expect(readDevVars(file)).toEqual({
      ADMIN_TOKEN: 'a$&b',
      WHENCE_URL: 'https://whence.example',
    });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });
});
