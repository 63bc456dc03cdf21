// The stand-in for the program `wrangler`: asks the account at STAND_IN_CLOUDFLARE and prints what it says.
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { type Call, Printed } from './cloudflare.ts';

const args = process.argv.slice(2);
const { STAND_IN_CLOUDFLARE, CLOUDFLARE_ACCOUNT_ID, WRANGLER_OUTPUT_FILE_PATH } = process.env;

/** The file is read here, as wrangler would: it is gone when the account is asked later. */
function secretsOf(): Pick<Call, 'secrets' | 'secretsFileMode'> {
  const flag = args.indexOf('--secrets-file');
  const path =
    args[0] === 'secret' && args[1] === 'bulk' ? args[2] : flag < 0 ? '' : args[flag + 1];
  if (!path) return {};
  const secretsFileMode = statSync(path).mode & 0o777;
  return { secrets: JSON.parse(readFileSync(path, 'utf8')), secretsFileMode };
}

const call: Call = { args, accountId: CLOUDFLARE_ACCOUNT_ID, ...secretsOf() };
const response = await fetch(STAND_IN_CLOUDFLARE ?? '', {
  method: 'POST',
  body: JSON.stringify(call),
});
const { code, stdout, stderr, output } = Printed.parse(await response.json());
if (WRANGLER_OUTPUT_FILE_PATH) {
  for (const line of output) appendFileSync(WRANGLER_OUTPUT_FILE_PATH, `${JSON.stringify(line)}\n`);
}
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
