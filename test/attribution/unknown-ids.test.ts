// Parameters that look like click IDs and that nobody knows here: they are named, and nothing else is said of them.
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { visitorWith } from './visitor.ts';

describe('unknown parameters that look like click IDs', () => {
  const namesIn = (link: string) => {
    const linked = visitorWith({ pages: [{ url: `codefa.st/?${link}` }] });
    return attribute({ visitor: linked }).unknownIds;
  };

  it.each([
    ['newclid=1', ['newclid']],
    ['NewClickId=1&my_click_id=2&acme_cid=3', ['newclickid', 'my_click_id', 'acme_cid']],
    ['q=Cj0KCQiA7aPyBRChARIsAJfWCgI', ['q']],
    ['z=550e8400-e29b-41d4-a716-446655440000', ['z']],
    ['amp;newclid=1', ['newclid']],
    ['gclid=Cj0KCQiA7aPyBRChARIsAJfWCgI&utm_id=12&mtm_cid=3', undefined],
    ['_gl=1abcdefghijklmnop2&network=g', undefined],
    ['token=Cj0KCQiA7aPyBRChARIsAJfWCgI', undefined],
    ['session_id=Cj0KCQiA7aPyBRChARIsAJfWCgI', undefined],
    ['title=how-to-get-1000-users-in-2026', undefined],
    ['x=1', undefined],
    ['jo@acme.com_clid=1', undefined],
  ])('of ?%s are named: %j', (link, names) => {
    expect(namesIn(link)).toEqual(names);
  });

  it('are named of those that DataFast kept, too, and never with their values', () => {
    const visitor = visitorWith({ clickIds: { NEWCLID: 'SECRET1', foo: 'SECRET2' } });
    const { unknownIds } = attribute({ visitor });
    expect(unknownIds).toEqual(['newclid']);
  });

  it('are at most ten', () => {
    const link = Array.from({ length: 30 }, (_, index) => `a${index}clid=1`).join('&');
    expect(namesIn(link)).toHaveLength(10);
  });
});
