// The channels as a marketer would argue for them: every row of channels.md is a test.
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { visitorBy } from './visitor.ts';

const [text = ''] = Object.values(
  import.meta.glob<string>('./channels.md', { query: '?raw', import: 'default', eager: true }),
);

interface Row {
  link: string;
  referrer: string;
  channel: string;
  source: string;
  basis: string;
}

const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n', 1)[0] ?? '',
    rows: section.split('\n').filter(isRow).map(readRow),
  }));

function isRow(line: string): boolean {
  return line.startsWith('|') && !line.startsWith('| link |') && !line.startsWith('| ---');
}

function readRow(line: string): Row {
  const cells = line.split('|').map((cell) => cell.trim());
  const [, link = '', referrer = '', channel = '', source = '', basis = ''] = cells;
  return { link, referrer, channel, source, basis };
}

describe.each(sections)('$title', ({ rows }) => {
  it.each(rows)('?$link, referrer "$referrer": $channel from $source ($basis)', (row) => {
    const referrer = row.referrer === '' ? undefined : row.referrer.replace('(empty)', '');
    const attribution = attribute({ visitor: visitorBy(row.link), referrer });
    expect(attribution.channel).toBe(row.channel);
    expect(attribution.source ?? '-').toBe(row.source);
  });
});

describe('the table', () => {
  const rows = sections.flatMap(({ rows: own }) => own);

  it('has more than 600 rows, each with its basis, and no row twice', () => {
    expect(rows.length).toBeGreaterThan(600);
    for (const { link, basis } of rows) expect(basis, link).not.toBe('');
    const keys = rows.map(({ link, referrer }) => `${link} ${referrer}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
});

describe('a referrer without a visitor', () => {
  it('is attributed by itself', () => {
    expect(attribute({ referrer: 'https://www.bing.com/' })).toMatchObject({
      channel: 'Organic Search',
      source: 'Bing',
      referrer: 'bing.com/',
    });
    expect(attribute({}).channel).toBe('Unknown');
  });
});

describe('what counts as paid', () => {
  it.each([
    ['utm_source=google&utm_medium=cpc', true],
    ['gclid=Cj0abc', true],
    ['utm_medium=display', true],
    ['fbclid=IwAR1', false],
    ['utm_medium=email&gclid=Cj0abc', false],
    ['utm_source=google', false],
    ['via=jane', false],
  ])('?%s: %s', (link, paid) => {
    expect(attribute({ visitor: visitorBy(link) }).paid).toBe(paid);
  });
});
