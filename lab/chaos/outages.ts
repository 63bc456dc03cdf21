// Outages of the ledger in `npm run chaos`: D1 refuses every write, as when the rows of a day are used up, or every read of
// signups, as on a database without its schema. The triggers and names are on the disk, so a kill does not end an outage.
import type { Cloud } from './cloud.ts';
import { patiently } from './patiently.ts';

export interface Outage {
  begin(): Promise<void>;
  end(): Promise<void>;
}

const CHANGES = ['INSERT', 'UPDATE', 'DELETE'];
const SAYS = "You have exceeded D1''s daily limit of rows written on the free tier";
const READ_TABLES = ['signups', 'deliveries'];

export function writesRefused({ query }: Pick<Cloud, 'query'>): Outage {
  const each = async (statement: (table: string, change: string) => string) => {
    const tables = await tablesIn(query);
    for (const table of tables) {
      for (const change of CHANGES) await patiently(() => query(statement(table, change)));
    }
  };
  return {
    begin: () =>
      each(
        (table, change) => `CREATE TRIGGER IF NOT EXISTS chaos_${table}_${change}
          BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, '${SAYS}'); END`,
      ),
    end: () => each((table, change) => `DROP TRIGGER IF EXISTS chaos_${table}_${change}`),
  };
}

export function readsRefused({ query }: Pick<Cloud, 'query'>): Outage {
  const rename = async (nameOf: (table: string) => readonly [string, string]) => {
    for (const table of READ_TABLES) {
      const [from, to] = nameOf(table);
      await patiently(async () => {
        // A kill may have come between a change and its answer.
        const isThere = (await tablesIn(query)).includes(from);
        if (isThere) await query(`ALTER TABLE ${from} RENAME TO ${to}`);
      });
    }
  };
  return {
    begin: () => rename((table) => [table, `gone_${table}`]),
    end: () => rename((table) => [`gone_${table}`, table]),
  };
}

async function tablesIn(query: Cloud['query']): Promise<string[]> {
  const rows = await patiently(() =>
    query(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
    ),
  );
  return rows.map(({ name }) => String(name));
}
