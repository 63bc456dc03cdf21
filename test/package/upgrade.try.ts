// An upgrade keeps everything: an earlier commit is packed, set up and used, then the package of today takes its place, and
// the earlier one comes back.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as z from 'zod';
import { openSetupStage, type SetupStage } from '../../demo/setup-stage.ts';
import { deploymentFile, readSettingsFile } from '../../src/cli/deployment.ts';
import { checkOut, earlierCommit } from './earlier.ts';
import { install, type Machine, openMachine, type Product, pack, ROOT } from './product.ts';

const from = earlierCommit();
const NONE =
  'this clone holds no earlier commit that can be packed (git fetch --unshallow brings them)';

let stage: SetupStage;
let machine: Machine;

before(async () => {
  stage = await openSetupStage({ runsWorker: true });
  machine = openMachine();
});
after(async () => {
  await stage.close();
  machine.close();
});

/** Sends a signup with the product, and waits until it has arrived. */
async function signUp({ whence }: Product, email: string): Promise<string> {
  const sent = await whence(['send', 'signup', '--email', email, '--json']);
  assert.equal(sent.code, 0, sent.output);
  const { id, status } = z
    .object({ id: z.string(), status: z.string() })
    .parse(JSON.parse(/^\{.*\}$/m.exec(sent.output)?.[0] ?? '{}'));
  assert.equal(status, 'delivered', sent.output);
  return id;
}

async function read(path: string): Promise<string> {
  const file = deploymentFile('whence', { XDG_CONFIG_HOME: machine.config });
  const { WHENCE_URL, ADMIN_TOKEN } = readSettingsFile(file);
  const response = await fetch(new URL(path, WHENCE_URL), {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  assert.equal(response.status, 200, path);
  return response.text();
}

async function appliedMigrations(): Promise<readonly string[]> {
  const { LEDGER } = await stage.bindingsOf('whence');
  const { results } = await LEDGER.prepare('SELECT name FROM d1_migrations ORDER BY id').all();
  return z
    .array(z.object({ name: z.string() }))
    .parse(results)
    .map(({ name }) => name);
}

const migrationsOf = (root: string) => readdirSync(join(root, 'migrations')).toSorted();

test('an upgrade from an earlier commit, and a rollback, keep every signup, and new ones arrive', {
  skip: from === undefined && NONE,
}, async () => {
  const earlierRoot = checkOut(from ?? '', machine);
  const earlier = install(pack(earlierRoot, machine), machine, stage);
  const setup = await earlier.whence(['setup', '--yes'], stage.keys);
  assert.equal(setup.code, 0, setup.output);
  const old = await signUp(earlier, 'ada@example.com');
  const before = await appliedMigrations();
  assert.deepEqual(before, migrationsOf(earlierRoot));

  const today = install(pack(ROOT, machine), machine, stage);
  const upgrade = await today.whence(['setup', '--yes'], stage.keys);
  assert.equal(upgrade.code, 0, upgrade.output);
  assert.match(upgrade.output, /the Worker whence is there/);
  assert.equal(stage.cloudflare.workers.get('whence')?.deploys, 2);

  // What is new is applied after what was there, each in the order of its number.
  const added = migrationsOf(ROOT).filter((name) => !before.includes(name));
  assert.deepEqual(await appliedMigrations(), [...before, ...added]);
  console.log(`from ${from}: ${before.length} migrations, then ${added.length} more`);

  const fresh = await signUp(today, 'grace@example.com');
  const list = await read('/api/signups');
  for (const [id, email] of [
    [old, 'ada@example.com'],
    [fresh, 'grace@example.com'],
  ] as const) {
    assert.ok(list.includes(id), `${id} is in the list`);
    const story = await read(`/signups/${encodeURIComponent(id)}`);
    assert.ok(story.includes(email), `${email} is on its page`);
    const { status } = z
      .object({ status: z.string() })
      .parse(JSON.parse(await read(`/api/signups/${encodeURIComponent(id)}`)));
    assert.equal(status, 'delivered');
  }
  const doctor = await today.whence(['doctor']);
  assert.equal(doctor.code, 0, doctor.output);

  // A rollback: the earlier code runs on the newer ledger, and loses nothing either.
  const rollback = await earlier.whence(['setup', '--yes'], stage.keys);
  assert.equal(rollback.code, 0, rollback.output);
  const third = await signUp(earlier, 'edsger@example.com');
  const after = await read('/api/signups');
  for (const id of [old, fresh, third]) assert.ok(after.includes(id), `${id} is in the list`);
});
