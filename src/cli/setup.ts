// `npm run setup`: from a clone to the first delivery, and from one version to the next. Wiring only.
import { intro, outro } from '@clack/prompts';
import { devVarsPath } from './dev-vars.ts';
import { registry } from './registry.ts';
import { readOwnFlags } from './setup/flags.ts';
import { setUp } from './setup/set-up.ts';
import { prompts, terminal } from './setup/terminal.ts';
import { startWrangler, wranglerCommand } from './start-wrangler.ts';
import { openWrangler } from './wrangler.ts';

const flags = readOwnFlags();
const hidden = new Set<string>();
const canAsk = process.stdin.isTTY && process.stdout.isTTY && !flags.yes;
intro(flags.dryRun ? 'Whence: what setup would do' : 'Whence: setup');
const code = await setUp({
  flags,
  env: process.env,
  devVars: devVarsPath(flags.name),
  registry,
  wrangler: openWrangler(startWrangler(wranglerCommand(), process.env), () => hidden),
  ask: canAsk ? prompts : undefined,
  say: terminal,
  hide: (secret) => hidden.add(secret),
  fetch,
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});
outro(code === 0 ? 'Done.' : 'Not done. Fix what is named; the same command continues from there.');
process.exitCode = code;
