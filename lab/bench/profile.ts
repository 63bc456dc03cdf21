// `npm run bench:profile -- accept|batch`: the functions in which the Worker spends its own time, without idle time.
import Table from 'cli-table3';
import { newCommand, oneOf, parseOwn } from '../../src/cli/command.ts';
import { profileAccepting } from './accept.ts';
import { profileBatch } from './batch.ts';

const PIECES = { accept: profileAccepting, batch: profileBatch };
const SHOWN = 24;

const command = newCommand('bench:profile')
  .description('Names the functions in which the Worker spends its own time.')
  .argument('[piece]', 'accept or batch', oneOf(['accept', 'batch']), 'batch' as const);
parseOwn(command);
const [name] = command.processedArgs;
const measure = PIECES[name];
const table = new Table({
  head: ['function', 'self time'],
  style: { head: [], border: [], compact: true },
});
for (const { name: of, share } of (await measure()).slice(0, SHOWN)) {
  table.push([of, `${(share * 100).toFixed(1)} %`]);
}
console.log(String(table));
