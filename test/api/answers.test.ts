// The schemas of the answers, as commands read them.
import { describe, expect, it } from 'vitest';
import { Queue, Replayed } from '../../src/api/operations.ts';
import { Preview } from '../../src/api/preview.ts';

describe('a command of an older version', () => {
  it.each([
    ['an answer', Queue, { backlog: 3 }],
    ['a list of ids', Replayed, { replayed: ['signup:a'], unreadable: [] }],
    [
      'an item of a list',
      Preview,
      {
        email: 'ada@example.com',
        visitorId: null,
        match: 'no_visitor_id',
        destinations: [{ name: 'hubspot', failed: 'hubspot_unauthorized', detail: null }],
      },
    ],
  ])('reads %s to which a newer Worker adds keys', (_, schema, answer) => {
    const newer: unknown = JSON.parse(
      JSON.stringify({ ...answer, added: true }).replaceAll('{"name"', '{"added":1,"name"'),
    );
    expect(schema.parse(newer)).toEqual(answer);
  });
});
