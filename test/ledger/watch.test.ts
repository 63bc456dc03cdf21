// Whether the ledger works, as the log tells it.
import { expect, it } from 'vitest';
import { newLedgerWatch, noteFailure, noteSuccess } from '../../src/ledger/watch.ts';
import type { Log } from '../../src/log.ts';

it('an outage that D1 names now so, now so, is in the log once for each name, and has one all-clear', () => {
  const lines: string[] = [];
  const log: Log = (_, event, fields) => void lines.push(`${event} ${fields?.cause ?? ''}`.trim());
  const watch = newLedgerWatch();
  const fail = (words: string) =>
    noteFailure(watch, new Error(`D1_ERROR: ${words}`), { log, now: () => 0 });
  for (let time = 0; time < 3; time += 1) {
    fail('D1 DB is overloaded. Requests queued for too long.');
    fail('Network connection lost.');
  }
  noteSuccess(watch, log);
  noteSuccess(watch, log);
  const outage = ['ledger_failing overloaded', 'ledger_failing unreachable', 'ledger_works_again'];
  expect(lines).toEqual(outage);
  fail('Network connection lost.');
  expect(lines).toEqual([...outage, 'ledger_failing unreachable']);
});
