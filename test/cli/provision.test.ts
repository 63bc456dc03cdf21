// `whence provision --segments` as an operator runs it, against a HubSpot of its own.
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHubspot, type HubspotOptions } from '../../stand-ins/hubspot.ts';
import { openProgram, type Program } from './program.ts';

const SCOPES = [
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.schemas.contacts.write',
];
const LISTS = ['crm.lists.read', 'crm.lists.write'];

let program: Program;
beforeAll(() => {
  program = openProgram();
});
afterAll(() => {
  program.close();
});

async function stage(options: Partial<HubspotOptions> = {}) {
  const hubspot = createHubspot({ token: 'pat-key', scopes: [...SCOPES, ...LISTS], ...options });
  const { url, close } = await new Promise<{ url: string; close(): void }>((resolve) => {
    const server = serve({ fetch: hubspot.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
  const run = (...args: string[]) =>
    program.run(['provision', ...args], { HUBSPOT_TOKEN: 'pat-key', HUBSPOT_URL: url });
  return { hubspot, run, close };
}

describe('whence provision --segments', () => {
  it('shows fields and lists in a dry run, creates them once, and then has nothing to do', async () => {
    const { hubspot, run, close } = await stage();
    const shown = await run('--segments', '--dry-run');
    expect(shown).toMatchObject({ code: 1, stderr: '' });
    expect(shown.stdout).toMatch(/would create \d+ fields: datafast_signed_up_at/);
    expect(shown.stdout).toContain(
      'HubSpot: would create 4 lists: Whence: hot leads, Whence: paid, Whence: AI assistants, Whence: no source',
    );
    expect(hubspot.lists()).toEqual([]);
    const unasked = await run('--segments');
    expect(unasked.code).not.toBe(0);
    expect(hubspot.lists()).toEqual([]);
    const created = await run('--segments', '--yes');
    expect(created, created.stderr).toMatchObject({ code: 0 });
    expect(created.stdout).toContain('✓ HubSpot: created 4 lists');
    expect(hubspot.lists()).toHaveLength(4);
    const again = await run('--segments', '--yes', '--json');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(
      again.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { destination: 'HubSpot', isDryRun: true, fields: [], problems: [] },
      { destination: 'HubSpot', isDryRun: true, segments: [], problems: [] },
    ]);
    close();
  });

  it('says which scopes the key lacks, and ends with 1', async () => {
    const { hubspot, run, close } = await stage({ scopes: SCOPES });
    const ended = await run('--segments', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('crm.lists.read and crm.lists.write');
    expect(hubspot.properties().some(({ name }) => name === 'datafast_channel')).toBe(true);
    close();
  });

  it('says what the plan does not allow, and ends with 1', async () => {
    const { hubspot, run, close } = await stage({ maxActiveLists: 1 });
    const ended = await run('--segments', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('is not allowed by the plan of the HubSpot account');
    expect(hubspot.lists()).toHaveLength(1);
    close();
  });

  it('without a destination that has lists says so', async () => {
    const ended = await program.run(['provision', '--segments', '--yes'], {
      WEBHOOK_URL: 'https://acme.webhook.office.com/x',
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('No destination that is on has lists of contacts.');
  });
});
