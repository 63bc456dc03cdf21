// The stand-in for the program `wrangler`: asks the account at STAND_IN_CLOUDFLARE and prints what it says.
import { callOf, leaveOutput, Printed } from './cloudflare.ts';

const args = process.argv.slice(2);
const { STAND_IN_CLOUDFLARE = '', ...env } = process.env;
const response = await fetch(STAND_IN_CLOUDFLARE, {
  method: 'POST',
  body: JSON.stringify(callOf(args, env)),
});
const { code, stdout, stderr, output } = Printed.parse(await response.json());
leaveOutput(output, env);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
