// `npm run bench:profile`: which functions the consumer spends its own time in, for a batch of 40 with every answer at hand.
import Table from 'cli-table3';
import { profileBatch } from './batch.ts';

const SHOWN = 20;
const table = new Table({ head: ['function', 'self time'], style: { head: [], border: [] } });
for (const { name, share } of (await profileBatch()).slice(0, SHOWN)) {
  table.push([name, `${(share * 100).toFixed(1)} %`]);
}
console.log(String(table));
