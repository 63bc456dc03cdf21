// Walking through the list of signups shows every row once, whatever its time and id, and whatever arrives meanwhile.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordEntries } from '../../src/ledger/record.ts';
import type { DeliveryStatus } from '../../src/model.ts';
import { ask, createWorld } from '../world.ts';

beforeEach(async () => {
  await createWorld();
});

interface Row {
  id: string;
  receivedAt: string;
  status: DeliveryStatus;
}
interface Page {
  items: { id: string; receivedAt: string }[];
  nextCursor: string | null;
}

/** Few moments, so that many rows share one. Ids are any text that a provider may send. */
const row = fc.record({
  id: fc
    .string({ unit: 'binary', minLength: 1, maxLength: 250 })
    .filter((text) => text.isWellFormed() && !text.includes('\0'))
    .map((text) => `signup:${text}`),
  receivedAt: fc.integer({ min: 0, max: 3 }).map((ms) => new Date(MOMENT + ms).toISOString()),
  status: fc.constantFrom<DeliveryStatus>('delivered', 'failed'),
});
const MOMENT = Date.UTC(2026, 10, 23, 9);

async function arrive(rows: readonly Row[]): Promise<void> {
  const entries = rows.map(({ status, ...row }) => ({
    signup: {
      version: 1 as const,
      source: 'signup',
      email: 'ada@example.com',
      occurredAt: row.receivedAt,
      test: false,
      ...row,
    },
    attempts: [{ destination: 'hubspot', status, reason: undefined }],
  }));
  if (entries.length > 0) await recordEntries(env.LEDGER, entries, new Date(MOMENT).toISOString());
}

describe('a walk through the pages', () => {
  it('shows every row once, also when rows share a moment and others arrive meanwhile', async () => {
    await fc.assert(
      fc
        .asyncProperty(
          fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 14 }),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 0, max: 14 }),
          fc.constantFrom(undefined, 'failed'),
          async (rows, limit, there, status) => {
            await arrive(rows.slice(0, there));
            const late = rows.slice(there);
            const seen: Page['items'] = [];
            let cursor: string | null = null;
            do {
              const query = new URLSearchParams({ limit: String(limit) });
              if (status) query.set('status', status);
              if (cursor !== null) query.set('cursor', cursor);
              const response = await ask(`/api/signups?${query}`);
              expect(response.status).toBe(200);
              const page: Page = await response.json();
              expect(page.items.length).toBeLessThanOrEqual(limit);
              seen.push(...page.items);
              cursor = page.nextCursor;
              await arrive(late.splice(0, 1));
            } while (cursor !== null);

            const ids = seen.map(({ id }) => id);
            expect(new Set(ids).size).toBe(ids.length);
            const wanted = rows.slice(0, there).filter((r) => !status || r.status === status);
            expect(ids).toEqual(expect.arrayContaining(wanted.map(({ id }) => id)));
            const times = seen.map(({ receivedAt }) => receivedAt);
            expect(times).toEqual(times.toSorted().reverse());
          },
        )
        .beforeEach(async () => {
          await env.LEDGER.exec('DELETE FROM deliveries');
          await env.LEDGER.exec('DELETE FROM signups');
        }),
      { numRuns: 60 },
    );
  });
});
