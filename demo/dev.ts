// `npm run dev`: the Worker on this machine against the real services, with the settings of .dev.vars. Where port 8787 is
// taken it uses the next one, and says so; the commands in this folder ask the same.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { fail, newCommand, numberWhere, parseOwn } from '../src/cli/command.ts';
import { DEV_URL_FILE, DEV_VARS } from '../src/cli/deployment.ts';
import { wranglerCommand } from '../src/cli/start-wrangler.ts';

const FIRST_PORT = 8787;
const PORTS = 20;

const command = newCommand('dev')
  .description('Runs the Worker on this machine, with the settings of .dev.vars.')
  .option(
    '--port <number>',
    `the port; ${FIRST_PORT} or the next free one by default`,
    numberWhere((port) => Number.isInteger(port) && port > 0 && port < 65_536, 'a port'),
  )
  .option(
    '--tunnel',
    'a public address for the webhooks of providers, through Cloudflare, without an account',
  );
parseOwn(command);
const { port: wanted, tunnel = false } = command.opts();

if (!existsSync(DEV_VARS))
  fail(`There is no ${DEV_VARS}: cp .dev.vars.example ${DEV_VARS}, and fill it in.`, 1);
const port = await choosePort(wanted);
const [program, ...first] = wranglerCommand();
const migrated = spawnSync(program, [...first, 'd1', 'migrations', 'apply', 'LEDGER', '--local'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (migrated.status !== 0) fail('The local ledger could not be brought up to date.', 1);

mkdirSync(dirname(DEV_URL_FILE), { recursive: true });
writeFileSync(DEV_URL_FILE, `http://localhost:${port}`);
process.on('exit', () => rmSync(DEV_URL_FILE, { force: true }));
const dev = spawn(
  program,
  [...first, 'dev', '--port', String(port), ...(tunnel ? ['--tunnel'] : [])],
  {
    stdio: 'inherit',
  },
);
// The terminal sends Ctrl-C to wrangler as well, which ends by itself.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => dev.kill(signal));
dev.on('close', (code) => process.exit(code ?? 0));

async function choosePort(fixed: number | undefined): Promise<number> {
  if (fixed !== undefined) {
    return (await isFree(fixed)) ? fixed : fail(`Port ${fixed} is taken. Give another --port.`, 1);
  }
  for (let candidate = FIRST_PORT; candidate < FIRST_PORT + PORTS; candidate += 1) {
    if (!(await isFree(candidate))) continue;
    if (candidate !== FIRST_PORT) {
      console.log(
        `Port ${FIRST_PORT} is taken. The Worker is at http://localhost:${candidate}, and the commands in this folder ask it there.`,
      );
    }
    return candidate;
  }
  return fail(`The ports ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} are taken. Give --port.`, 1);
}

/** On both addresses that `localhost` may mean. */
async function isFree(candidate: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1']) {
    const isTaken = await new Promise<boolean>((resolve) => {
      const server = createServer()
        .once('error', (error) => resolve('code' in error && error.code === 'EADDRINUSE'))
        .listen(candidate, host, () => server.close(() => resolve(false)));
    });
    if (isTaken) return false;
  }
  return true;
}
