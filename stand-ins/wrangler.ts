// The stand-in for the program `wrangler`: asks the account at STAND_IN_CLOUDFLARE and prints its answer.
import { callOf, Printed, writeOutput } from './cloudflare/call.ts';

const args = process.argv.slice(2);
const { STAND_IN_CLOUDFLARE = '', ...env } = process.env;
const response = await fetch(STAND_IN_CLOUDFLARE, {
  method: 'POST',
  body: JSON.stringify(await callOf(args, env)),
});
const { code, stdout, stderr, output } = Printed.parse(await response.json());
writeOutput(output, env);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
