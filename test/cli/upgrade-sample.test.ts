// An upgrade asks once whether to send a sample through the new version. Whoever only wants the new version gets no contact.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLE_EMAIL } from '../../src/identifiers.ts';
import { openStage, type TestStage } from './stage.ts';

const QUESTION = 'Send a sample signup through the new version?';
const report = { version: '0.1.0', at: '', checks: [] };
const healthy = { askDoctor: async () => ({ kind: 'report' as const, report }) };

let stage: TestStage;
beforeEach(async () => {
  stage = await openStage({ runsWorker: true });
  const first = await run(['--yes', '--no-sample'], undefined, stage.keys);
  expect(first.code, first.said).toBe(0);
});
afterEach(async () => {
  await stage.close();
});

const run = (
  flags: readonly string[],
  answers?: Readonly<Record<string, string>>,
  env: Record<string, string> = {},
) => stage.run(flags, { answers, env, dependencies: healthy });

/** Everything that has come to the ledger, counts included. */
async function ledger() {
  const { LEDGER } = await stage.bindingsOf('whence');
  const tables = ['signups', 'deliveries', 'source_counts'];
  const rows = await Promise.all(
    tables.map(async (table) => (await LEDGER.prepare(`SELECT * FROM ${table}`).all()).results),
  );
  return rows.flat();
}
/** Setup itself tries the key with a write that HubSpot refuses. */
const written = () =>
  stage.hubspot.requests.filter(({ path, status }) => path.includes('/upsert') && status < 300);

describe('an upgrade in a terminal', () => {
  it('asks once, and sends none by default', async () => {
    const { code, said, asked } = await run([], { [QUESTION]: 'no' });
    expect(code, said).toBe(0);
    expect(asked).toEqual([expect.stringContaining(QUESTION)]);
    expect(asked.join()).toContain(SAMPLE_EMAIL);
    expect(said).not.toContain('sample');
    expect(await ledger()).toEqual([]);
    expect(written()).toEqual([]);
  });

  it('sends one when it is wanted, removes it from the CRM and counts it nowhere', async () => {
    const { code, said } = await run([], { [QUESTION]: 'yes' });
    expect(code, said).toBe(0);
    expect(said).toContain(`✓ ${SAMPLE_EMAIL} has arrived at HubSpot`);
    expect(said).toContain('✓ Whence has forgotten the sample; it is in no figures');
    expect(said).toContain('✓ Its contact is deleted at HubSpot');
    expect(written()).toHaveLength(1);
    expect(stage.hubspot.contact(SAMPLE_EMAIL)).toBeUndefined();
    expect(await ledger()).toEqual([]);
  });

  it('names what a destination keeps of it', async () => {
    const { said } = await run([], { [QUESTION]: 'yes' }, stage.webhook);
    expect(said).toContain(`✓ ${SAMPLE_EMAIL} has arrived at HubSpot, Outgoing webhook`);
    expect(said).toContain(`! ${SAMPLE_EMAIL} is still at Outgoing webhook → Delete it there.`);
    expect(stage.hubspot.contact(SAMPLE_EMAIL)).toBeUndefined();
  });

  it.each([
    ['--no-sample', 0],
    ['--sample=signup', 1],
  ])('does not ask with %s', async (flag, sent) => {
    const { code, said, asked } = await run([flag], {});
    expect(code, said).toBe(0);
    expect(asked).toEqual([]);
    expect(written()).toHaveLength(sent);
  });

  it('does not ask where no sample could be signed, because the secret is not on this machine', async () => {
    const elsewhere = { ADMIN_TOKEN: stage.kept().ADMIN_TOKEN ?? '' };
    const { asked } = await stage.run([], {
      ...{ answers: {}, env: elsewhere },
      dependencies: { ...healthy, file: `${stage.folder}/another-machine.env` },
    });
    expect(asked.filter((question) => question.includes(QUESTION))).toEqual([]);
    expect(written()).toEqual([]);
  });

  it('says in a dry run that it would ask, and asks nothing', async () => {
    const { said, asked } = await run(['--dry-run'], {});
    expect(said).toContain('ask whether to send a sample');
    expect(asked).toEqual([]);
  });
});

describe('an upgrade where nobody can answer', () => {
  it('sends none', async () => {
    const { code, said } = await run(['--yes']);
    expect(code, said).toBe(0);
    expect(said).not.toContain('sample');
    expect(written()).toEqual([]);
  });

  it('sends the one that is named, by flag or by WHENCE_SAMPLE', async () => {
    await run(['--yes', '--sample', 'signup']);
    expect(written()).toHaveLength(1);
    await run(['--yes'], undefined, { WHENCE_SAMPLE: 'signup' });
    expect(written()).toHaveLength(2);
    expect(stage.hubspot.contact(SAMPLE_EMAIL)).toBeUndefined();
  });
});
