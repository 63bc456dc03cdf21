// What is read of a link that was damaged on the way, and what is left alone because it may be meant.
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { visitorWith } from './visitor.ts';

describe('the rest of a damaged link', () => {
  const url = 'https://codefa.st/?utm_source=google&amp;utm_medium=cpc&amp;gclid=G1';

  it('is read from the landing page when DataFast kept the beginning of the same link', () => {
    const visitor = visitorWith({ params: { utm_source: 'google' }, pages: [{ url }] });
    expect(attribute({ visitor })).toMatchObject({
      channel: 'Paid Search',
      medium: 'cpc',
      clickId: { name: 'gclid', value: 'G1' },
    });
  });

  it('is not read when DataFast kept another link', () => {
    const visitor = visitorWith({ params: { utm_source: 'bing' }, pages: [{ url }] });
    expect(attribute({ visitor }).medium).toBeUndefined();
  });

  it('is read from within the value that swallowed it', () => {
    const params = { utm_source: 'acme&amp;utm_medium=email&amp;utm_campaign=Spring%20Sale' };
    expect(attribute({ visitor: visitorWith({ params }) })).toMatchObject({
      channel: 'Email',
      source: 'acme',
      utmSource: 'acme',
      campaign: 'Spring Sale',
    });
  });

  it('makes no parameters of an ampersand or a comma in a name', () => {
    const params = { utm_campaign: 'Q&A, June', utm_term: 'crm,sales', utm_content: 'A&amp;B' };
    expect(attribute({ visitor: visitorWith({ params }) })).toMatchObject({
      campaign: 'Q&A, June',
      term: 'crm,sales',
      content: 'A&B',
    });
  });
});
