// ADMIN_TOKEN opens everything: it stays on this machine only where the operator agrees.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage, type TestStage, textOf } from './stage.ts';

let stage: TestStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const ANSWERS = {
  'Where should signups arrive': ['hubspot'],
  DATAFAST_API_KEY: 'df_stand_in_key',
  HUBSPOT_TOKEN: 'pat-stand-in-token',
  'Which services': [],
};
const report = { version: '0.1.0', at: '', checks: [] };
const healthy = { askDoctor: async () => ({ kind: 'report' as const, report }) };
const OWN_TOKEN = 'a-token-of-the-operator-with-40-letters.';

const tokenOnWorker = () => stage.cloudflare.workers.get('whence')?.secrets.get('ADMIN_TOKEN');
const run = (
  flags: readonly string[],
  answers?: Readonly<Record<string, string | readonly string[]>>,
  env: Record<string, string> = {},
) =>
  stage.run(['--no-sample', ...flags], {
    env: answers ? env : { ...stage.keys, ...env },
    answers,
    dependencies: healthy,
  });

describe('setup asks whether it may keep ADMIN_TOKEN', () => {
  it('yes: it stands in the file, which only its owner can read, and is not shown', async () => {
    const { code, said, asked } = await run([], { ...ANSWERS, 'Keep ADMIN_TOKEN': 'yes' });
    expect(code, said).toBe(0);
    expect(asked.join()).toContain('Only you can read the file.');
    expect(stage.kept().ADMIN_TOKEN).toBe(tokenOnWorker());
    expect(said).not.toContain(tokenOnWorker());
    if (process.platform !== 'win32')
      expect(statSync(join(stage.folder, 'whence.env')).mode & 0o777).toBe(0o600);
  });

  it('no: it is shown once, kept nowhere, and setup goes on to the end with it', async () => {
    const { code, said } = await run([], { ...ANSWERS, 'Keep ADMIN_TOKEN': 'no' });
    expect(code, said).toBe(0);
    const token = tokenOnWorker() ?? '';
    expect(token).toHaveLength(64);
    expect(said.split(token)).toHaveLength(2);
    expect(said).toContain('ADMIN_TOKEN is shown only now.');
    expect(said).toContain('✓ The doctor finds nothing to fix');
    expect(textOf(join(stage.folder, 'whence.env'))).not.toContain(token);
    expect(stage.kept()).toMatchObject({
      SIGNUP_WEBHOOK_SECRET: expect.stringMatching(/^whsec_/),
      WHENCE_URL: expect.stringMatching(/^https:/),
    });
  });

  it('an upgrade does not ask again: what was kept stays, and what was not is asked for', async () => {
    await run([], { ...ANSWERS, 'Keep ADMIN_TOKEN': 'yes' });
    const again = await run([], {});
    expect(again.asked).toEqual([]);
    expect(stage.kept().ADMIN_TOKEN).toBe(tokenOnWorker());

    const removed = await run(['--no-keep-token'], {});
    expect(removed.code, removed.said).toBe(0);
    expect(stage.kept().ADMIN_TOKEN).toBeUndefined();
    const later = await run([], { 'ADMIN_TOKEN of this Worker': tokenOnWorker() ?? '' });
    expect(later.asked).toHaveLength(1);
    expect(later.said).toContain('✓ The doctor finds nothing to fix');
    expect(stage.kept().ADMIN_TOKEN).toBeUndefined();
  });

  it('a token that is not kept and not typed is not guessed: nothing is checked', async () => {
    await run([], { ...ANSWERS, 'Keep ADMIN_TOKEN': 'no' });
    const { code, said } = await run([], { 'ADMIN_TOKEN of this Worker': '' });
    expect(code).toBe(0);
    expect(said).toContain('ADMIN_TOKEN is on the Worker and not known here');
  });

  it('a kept token that is renewed stays kept, without a question', async () => {
    await run([], { ...ANSWERS, 'Keep ADMIN_TOKEN': 'yes' });
    const before = tokenOnWorker();
    const { asked } = await run(['--rotate', 'ADMIN_TOKEN'], {});
    expect(asked).toEqual([]);
    expect(tokenOnWorker()).not.toBe(before);
    expect(stage.kept().ADMIN_TOKEN).toBe(tokenOnWorker());
  });

  it('a dry run asks and keeps nothing', async () => {
    const { said } = await run(['--dry-run'], { ...ANSWERS, 'Keep ADMIN_TOKEN': 'no' });
    expect(said).toContain('keep SIGNUP_WEBHOOK_SECRET in ');
    expect(textOf(join(stage.folder, 'whence.env'))).toBe('');
  });
});

describe('without questions', () => {
  it('--yes keeps a token that setup makes up', async () => {
    const { code, said } = await run(['--yes']);
    expect(code, said).toBe(0);
    expect(stage.kept().ADMIN_TOKEN).toBe(tokenOnWorker());
  });

  it('--no-keep-token wants the token from the environment, so that no log shows one', async () => {
    const without = await run(['--yes', '--no-keep-token']);
    expect(without.code).toBe(2);
    expect(without.said).toContain('ADMIN_TOKEN: at least 32 characters');
    expect(stage.cloudflare.workers.size).toBe(0);

    const given = await run(['--yes', '--no-keep-token'], undefined, { ADMIN_TOKEN: OWN_TOKEN });
    expect(given.code, given.said).toBe(0);
    expect(tokenOnWorker()).toBe(OWN_TOKEN);
    expect(stage.kept().ADMIN_TOKEN).toBeUndefined();
    expect(given.said).not.toContain(OWN_TOKEN);
  });

  it('--keep-token also keeps a token of the environment, which stays out of the file else', async () => {
    await run(['--yes'], undefined, { ADMIN_TOKEN: OWN_TOKEN });
    expect(stage.kept().ADMIN_TOKEN).toBeUndefined();
    const { said } = await run(['--yes', '--keep-token'], undefined, { ADMIN_TOKEN: OWN_TOKEN });
    expect(stage.kept().ADMIN_TOKEN).toBe(OWN_TOKEN);
    expect(said).toContain('✓ ADMIN_TOKEN is in ');
  });
});
