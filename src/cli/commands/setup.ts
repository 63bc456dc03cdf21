// `whence setup`: from nothing to the first delivery, and from one version to the next. Wiring only.
import { intro, outro } from '@clack/prompts';
import {
  DEFAULT_NAME,
  DEV_VARS,
  deploymentFile,
  type MachineSettings,
  readSettingsFile,
} from '../deployment.ts';
import { registry } from '../registry.ts';
import type { Flags } from '../setup/flags.ts';
import { setUp } from '../setup/set-up.ts';
import { prompts, terminal } from '../setup/terminal.ts';
import { startWrangler, wranglerCommand } from '../start-wrangler.ts';
import { openWrangler } from '../wrangler.ts';

/** Runs setup on this machine. The exit code. */
export async function runSetup(flags: Flags): Promise<number> {
  const hidden = new Set<string>();
  const canAsk = process.stdin.isTTY && process.stdout.isTTY && !flags.yes;
  intro(flags.dryRun ? 'Whence: what setup would do' : 'Whence: setup');
  const code = await setUp({
    flags,
    env: process.env,
    file: deploymentFile(flags.name),
    local: flags.name === DEFAULT_NAME ? keysIn(readSettingsFile(DEV_VARS)) : {},
    registry,
    wrangler: openWrangler(startWrangler(wranglerCommand(), process.env), () => hidden),
    ask: canAsk ? prompts : undefined,
    say: terminal,
    hide: (secret) => hidden.add(secret),
    fetch,
    now: Date.now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  outro(
    code === 0 ? 'Done.' : 'Not done. Fix what is named; the same command continues from there.',
  );
  return code;
}

/** What `.dev.vars` says of the Worker on this machine is not for the deployed one. */
function keysIn({ ADMIN_TOKEN, SIGNUP_WEBHOOK_SECRET, WHENCE_URL, ...keys }: MachineSettings) {
  return keys;
}
