// The vendored lists: what must be true after every refresh.
import { describe, expect, it } from 'vitest';
import { LISTED } from '../../src/attribution/data/listed-sources.ts';
import { findSource } from '../../src/attribution/find-source.ts';

const rows = (['ai', 'social', 'search'] as const).flatMap((category) =>
  LISTED[category].split('\n').map((line) => {
    const [name = '', hosts = ''] = line.split('|');
    return { category, name, hosts: hosts.split(' ') };
  }),
);

describe('the vendored lists', () => {
  it('have names and hosts, and every host is found in its category', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const { category, name, hosts } of rows) {
      expect(name).not.toBe('');
      for (const host of hosts) {
        const found = findSource(host.replace(/\*$/, 'de'));
        expect(found, host).toMatchObject({ known: { category } });
      }
    }
  });

  it('do not make a portal a search engine because of its search page', () => {
    expect(findSource('centrum.cz').known).toBeUndefined();
    expect(findSource('search.centrum.cz')).toMatchObject({ name: 'Centrum' });
  });

  it('do not read ordinary words as the names of old search engines', () => {
    for (const word of ['free', 'orange', 'goo', 'nate']) {
      expect(findSource(word).known, word).toBeUndefined();
    }
  });
});
