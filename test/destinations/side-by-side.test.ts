// The previews of several destinations in one table.
import { describe, expect, it } from 'vitest';
import type { PreviewedProperty } from '../../src/destinations/destination.ts';
import { destinations } from '../../src/destinations/index.ts';
import { sideBySide } from '../../src/destinations/side-by-side.ts';

const row = (property: string, label: string, now: string | null, wouldBe: string | null) =>
  ({ property, label, now, wouldBe, action: 'write', why: '' }) satisfies PreviewedProperty;

describe('the previews side by side', () => {
  it('have a row for each field, under whatever name, with what would change first', () => {
    const table = sideBySide([
      {
        name: 'hubspot',
        properties: [
          row('datafast_visitor_id', 'Visitor', 'v', 'v'),
          row('my_visitor', 'Visitor', null, 'v'),
          row('utm_source', 'Source', 'Google', 'Google'),
          row('firstname', 'First name', 'Ada', 'Ada'),
        ],
      },
      {
        name: 'attio',
        properties: [
          row('datafast_visitor_id', 'Visitor', 'v', 'v'),
          row('datafast_source', 'Source', null, 'Google'),
        ],
      },
    ]);
    const columns = (cells: (typeof table)[number]['destinations']) =>
      Object.entries(cells).map(([name, { property }]) => `${name} ${property}`);
    expect(table.map((one) => [one.label, one.wouldChange, columns(one.destinations)])).toEqual([
      ['Visitor', true, ['hubspot my_visitor']],
      ['Source', true, ['hubspot utm_source', 'attio datafast_source']],
      ['Visitor', false, ['hubspot datafast_visitor_id', 'attio datafast_visitor_id']],
      ['First name', false, ['hubspot firstname']],
    ]);
  });

  it.each([
    ['2026-11-26T16:36:50Z', '2026-11-26T16:36:50.000Z', false],
    ['1795710000000', '2026-11-26T16:20:00.000Z', false],
    ['2026-11-26T16:36:50Z', '2026-11-26T16:36:51.000Z', true],
    ['9', '10', true],
    ['Google', 'google', true],
    [null, '2026-11-26T16:36:50.000Z', true],
  ])('compare %s with %s as a reader would: %s', (now, wouldBe, wouldChange) => {
    const properties = [row('datafast_x', 'X', now, wouldBe)];
    expect(sideBySide([{ name: 'hubspot', properties }])).toMatchObject([{ wouldChange }]);
  });

  it('take an event for no change, since it holds nothing', () => {
    const [one] = sideBySide([
      { name: 'webhook', payload: '{}', properties: [row('datafast_source', 'Source', null, 'X')] },
      { name: 'hubspot', properties: [row('datafast_source', 'Source', 'X', 'X')] },
    ]);
    expect(one).toMatchObject({ wouldChange: false });
  });

  it.each(destinations.map(({ name, fields }) => [name, fields] as const))(
    'can tell the fields of %s apart by their labels',
    (_, fields) => {
      const labels = fields.map(({ label }) => label);
      expect(new Set(labels).size).toBe(labels.length);
    },
  );
});
