// `npm run test:package`: the packed product in an empty folder. Cloudflare, DataFast and HubSpot are stand-ins; the Worker that
// setup deploys is the packed one.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSetupStage, type SetupStage } from '../../demo/setup-stage.ts';
import { KEEPS, keepFigures } from '../../lab/figures/kept.ts';
import { install, type Machine, openMachine, type Product, pack, ROOT } from './product.ts';

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

function keep(measured: Product['installed'] & { setupSeconds: number }): void {
  keepFigures('tarball', {
    title: 'The package, from an empty folder',
    command: 'npm run test:package',
    figures: [
      { id: 'tarballKiB', name: 'the tarball', value: measured.tarballKiB, unit: 'KiB' },
      { id: 'packages', name: 'packages that npm installs', value: measured.packages, unit: '' },
      { id: 'installedMB', name: 'all of them', value: measured.installedMB, unit: 'MB' },
      { id: 'installSeconds', name: 'installing', value: measured.seconds, unit: 's' },
      { id: 'setupSeconds', name: 'setup', value: measured.setupSeconds, unit: 's' },
    ],
    notes: [
      'The largest is workerd, which comes with wrangler. npm’s cache and the network decide how long installing takes. Setup runs without questions, with stand-ins for Cloudflare, DataFast and HubSpot.',
    ],
  });
}

test('the package is set up from an empty folder to the first delivery, and works from any other', async () => {
  const { whence, installed } = install(pack(ROOT, machine), machine, stage);
  console.log(installed);
  const version = await whence(['--version']);
  assert.match(version.output, /^\d+\.\d+\.\d+\n$/);

  const startedAtMs = Date.now();
  const setup = await whence(['setup', '--yes'], stage.keys);
  const setupSeconds = Math.round((Date.now() - startedAtMs) / 1000);
  assert.equal(setup.code, 0, setup.output);
  assert.match(setup.output, /has arrived at HubSpot/);

  const doctor = await whence(['doctor']);
  assert.match(doctor.output, /^✓ hubspot /m, doctor.output);
  assert.equal(doctor.code, 0, doctor.output);

  writeFileSync(
    join(machine.folder, 'f.csv'),
    'email,signed_up_at\nada@example.com,2026-10-01\ngrace@example.com,2026-10-02\n',
  );
  const backfill = await whence(['backfill', 'f.csv']);
  assert.match(backfill.output, /2 of 2 rows are accepted\./, backfill.output);

  const attribute = await whence(['attribute', 'gclid=abc']);
  assert.match(attribute.output, /^Channel +Paid Search$/m);

  const erase = await whence(['erase', 'ada@example.com', '--yes']);
  assert.equal(erase.code, 0, erase.output);

  const again = await whence(['setup', '--yes'], stage.keys);
  assert.equal(again.code, 0, again.output);
  assert.doesNotMatch(again.output, /sample/);

  const destroy = await whence(['destroy', '--yes', '--name', 'whence']);
  assert.equal(destroy.code, 0, destroy.output);
  assert.match(destroy.output, /What stays/);
  const { workers, queues, databases } = stage.cloudflare;
  assert.deepEqual([workers.size, queues.size, databases.size], [0, 0, 0]);
  if (process.env[KEEPS]) keep({ ...installed, setupSeconds });
});
