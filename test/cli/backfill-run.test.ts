// A backfill under way: what the Worker is sent, what is refused, and how an interrupted run goes on.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDate } from '../../src/cli/backfill/dates.ts';
import { openJournal } from '../../src/cli/backfill/journal.ts';
import { openRefusals } from '../../src/cli/backfill/refusals.ts';
import { countRows, runBackfill } from '../../src/cli/backfill/run.ts';
import { openWorkerApi, type WorkerApi } from '../../src/cli/worker-api.ts';
import { textOf } from './stage.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Sent {
  signups: { email: string }[];
}

/** A Worker that accepts every row but those of `refused@…`; fails after so many requests. */
function worker(failsAfter = Number.POSITIVE_INFINITY) {
  const sent: string[] = [];
  let posts = 0;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    if (pathname === '/api/queue') return Response.json({ backlog: 0 });
    posts += 1;
    if (posts > failsAfter) {
      const problem = { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'no more' };
      return Response.json(problem, { status: 400 });
    }
    const { signups }: Sent = JSON.parse(String(init?.body));
    sent.push(...signups.map(({ email }) => email));
    const items = signups.map(({ email }) =>
      email.startsWith('refused')
        ? { status: 'refused', problem: 'is not known' }
        : { status: 'accepted', id: `backfill:${email}` },
    );
    return Response.json({ items });
  };
  const api = openWorkerApi('https://whence.example', 'a-token', 'a file', fetch);
  if (typeof api === 'string') throw new Error(api);
  return { api, sent };
}

async function backfill(lines: readonly string[], api: WorkerApi | undefined, run = 'a run') {
  const path = join(folder, 'signups.csv');
  writeFileSync(path, ['email,signed_up_at', ...lines].join('\n'));
  const file = { path, mapping: new Map(), delimiter: ',', readDate };
  const refusals = openRefusals();
  const total = await countRows(file);
  const reportPath = `${path}.refused.csv`;
  const journal = openJournal({ path: `${path}.progress`, reportPath }, run, false);
  await runBackfill({
    file,
    total,
    refusals,
    api,
    visitorsPerMinute: 50,
    journal,
    progress: { update() {}, say() {}, stop() {} },
    interruption: { isStopped: () => false, sleep: async () => {} },
    now: () => Date.parse('2026-11-23T09:00:00Z'),
  });
  const said = refusals.text(journal.refused, 'the report');
  return { journal, report: textOf(reportPath), said, total };
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${index}@example.com,2026-10-01`);

describe('a backfill', () => {
  it('sends every row once, and reports those that the Worker refuses', async () => {
    const { api, sent } = worker();
    const { journal, report } = await backfill(
      [...rows(150), 'refused@example.com,2026-10-01'],
      api,
    );
    expect(sent).toHaveLength(151);
    expect(journal).toMatchObject({ rows: 151, refused: 1 });
    expect(report).toContain('151,is not known,refused@example.com');
  });

  it('says why rows are refused, grouped, with an example and the way out', async () => {
    const { said } = await backfill(
      ['a@example.com,01.10.2026', 'b@example.com,02.10.2026', 'nonsense,2026-10-01'],
      undefined,
    );
    expect(said).toBe(
      [
        '3 are refused: see the report',
        '  2 × signed_up_at is not a date or a moment in ISO 8601 (row 1: “01.10.2026”)',
        '  1 × email is not an email address (row 3)',
        "  --dates says how dates are written, e.g. 'DD.MM.YYYY HH:mm'",
      ].join('\n'),
    );
  });

  it('counts the rows that repeat an earlier one, in whatever case the email is written', async () => {
    const { total } = await backfill(
      ['Ada@example.com,2026-10-01', 'ada@example.com,2026-10-01', 'ada@example.com,2026-10-02'],
      undefined,
    );
    expect(total).toMatchObject({ rows: 3, repeated: 1 });
  });

  it('does not send a ragged row', async () => {
    const { api, sent } = worker();
    const { report } = await backfill(['ada@example.com', ...rows(1)], api);
    expect(sent).toEqual(['p0@example.com']);
    expect(report).toContain('1,the row has more or fewer cells than the header');
  });

  it('goes on after the rows that were sent when the Worker refused to take more', async () => {
    const first = worker(1);
    await expect(backfill(rows(250), first.api)).rejects.toThrow('no more');
    expect(first.sent).toHaveLength(100);
    const second = worker();
    await backfill(rows(250), second.api);
    expect(second.sent[0]).toBe('p100@example.com');
    expect(second.sent).toHaveLength(150);
  });

  it('without a Worker checks every row and sends nothing', async () => {
    const { journal, report } = await backfill([...rows(2), 'nonsense,2026-10-01'], undefined);
    expect(journal).toMatchObject({ rows: 3, refused: 1 });
    expect(report).toContain('nonsense');
    expect(readdirSync(folder)).toContain('signups.csv.progress');
  });

  it('stops at an answer that is not a Worker’s', async () => {
    const stranger: typeof globalThis.fetch = async () => Response.json({ hello: 'there' });
    const api = openWorkerApi('https://whence.example', 'a-token', 'a file', stranger);
    if (typeof api === 'string') throw new Error(api);
    await expect(backfill(rows(1), api)).rejects.toThrow('is not a Whence Worker of this version');
  });
});
