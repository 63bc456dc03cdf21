// `npm run bench:profile -- accept|batch`: the functions in which the Worker spends its own time, without idle time.
import Table from 'cli-table3';
import { readArguments, refuse } from '../../src/cli/arguments.ts';
import { profileAccepting } from './accept.ts';
import { profileBatch } from './batch.ts';

const PIECES = { accept: profileAccepting, batch: profileBatch };
const SHOWN = 24;

const COMMAND = {
  name: 'npm run bench:profile',
  usage: `usage: npm run bench:profile -- ${Object.keys(PIECES).join('|')}`,
  options: {},
  mostArguments: 1,
} as const;
const [name = 'batch'] = readArguments(COMMAND).positionals;
const [, measure] = Object.entries(PIECES).find(([piece]) => piece === name) ?? [];
if (!measure) refuse(COMMAND, `\`${name}\` is not a piece`);
const table = new Table({
  head: ['function', 'self time'],
  style: { head: [], border: [], compact: true },
});
for (const { name: of, share } of (await measure()).slice(0, SHOWN)) {
  table.push([of, `${(share * 100).toFixed(1)} %`]);
}
console.log(String(table));
