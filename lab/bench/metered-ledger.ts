// A ledger in Miniflare's D1, with a meter: the rows that D1 bills, by the same count as Cloudflare's.
import { resolve } from 'node:path';
import { readD1Migrations } from '@cloudflare/vitest-plugin';
import { Miniflare } from 'miniflare';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { metered } from './metered.ts';

export interface Rows {
  read: number;
  written: number;
}

export interface MeteredLedger {
  database: LedgerDatabase;
  /** What the work costs. */
  cost(work: (ledger: LedgerDatabase) => Promise<unknown>): Promise<Rows>;
  close(): Promise<void>;
}

export async function openMeteredLedger(): Promise<MeteredLedger> {
  const miniflare = new Miniflare({
    workers: [
      {
        config: {
          name: 'ledger',
          compatibilityDate: '2026-10-01',
          manifest: {
            mainModule: 'worker.js',
            modules: { 'worker.js': { type: 'esm', contents: 'export default {}' } },
          },
          env: { LEDGER: { type: 'd1' } },
        },
      },
    ],
  });
  const database = await miniflare.getD1Database('LEDGER');
  const folder = resolve(import.meta.dirname, '../../migrations');
  for (const { queries } of await readD1Migrations(folder)) {
    for (const query of queries) await database.prepare(query).run();
  }
  return {
    database,
    async cost(work) {
      const rows: Rows = { read: 0, written: 0 };
      await work(
        metered(database, ({ read, written }) => {
          rows.read += read;
          rows.written += written;
        }),
      );
      return rows;
    },
    close: () => miniflare.dispose(),
  };
}
