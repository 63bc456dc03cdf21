// `npm run demo:setup [-- <flags of setup>]`: setup in a terminal, with nothing outside this machine. Wrangler, DataFast and
// HubSpot are stand-ins, and the Worker that it deploys is real. Keys that work are df_stand_in_key and
// pat-stand-in-token. STAND_IN_MISHAP=deploy:scriptFails makes a step fail.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../src/cli/command.ts';
import { registry } from '../src/cli/registry.ts';
import { type Flags, setupCommand } from '../src/cli/setup/flags.ts';
import { setUp } from '../src/cli/setup/set-up.ts';
import { prompts, terminal } from '../src/cli/setup/terminal.ts';
import { openWrangler } from '../src/cli/wrangler.ts';
import { isMishap } from '../stand-ins/cloudflare/errors.ts';
import { openSetupStage } from './setup-stage.ts';

async function run(flags: Flags): Promise<number> {
  const stage = await openSetupStage({ runsWorker: true });
  const [command, mishap] = process.env.STAND_IN_MISHAP?.split(':') ?? [];
  if (command && isMishap(mishap)) stage.cloudflare.mishaps.set(command, mishap);
  const folder = mkdtempSync(join(tmpdir(), 'whence-demo-'));
  const hidden = new Set<string>();
  const code = await setUp({
    flags,
    env: { ...stage.urls, ...process.env },
    file: join(folder, `${flags.name}.env`),
    registry,
    wrangler: openWrangler(stage.wrangler, () => hidden),
    ask: process.stdin.isTTY && !flags.yes ? prompts : undefined,
    say: terminal,
    hide: (secret) => hidden.add(secret),
    fetch,
    now: Date.now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
  console.log('The demo has ended; Worker and folder are gone.');
  return process.exit(code);
}

await runCommand(setupCommand(run), process.argv.slice(2));
