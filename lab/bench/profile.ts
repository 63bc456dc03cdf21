// `npm run bench:profile -- accept|batch`: the functions in which the Worker spends its own time, without idle time.
import Table from 'cli-table3';
import { profileAccepting } from './accept.ts';
import { profileBatch } from './batch.ts';

const PIECES = { accept: profileAccepting, batch: profileBatch };
const SHOWN = 24;

const [name = 'batch'] = process.argv.slice(2);
const [, measure] = Object.entries(PIECES).find(([piece]) => piece === name) ?? [];
if (!measure) {
  console.error(`usage: npm run bench:profile -- ${Object.keys(PIECES).join('|')}`);
  process.exit(2);
}
const table = new Table({
  head: ['function', 'self time'],
  style: { head: [], border: [], compact: true },
});
for (const { name: of, share } of (await measure()).slice(0, SHOWN)) {
  table.push([of, `${(share * 100).toFixed(1)} %`]);
}
console.log(String(table));
