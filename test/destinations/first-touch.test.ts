// The first touch is the true one, or is not there yet: what a contact in HubSpot says after each kind of signup.
import { describe, expect, it } from 'vitest';
import type { EnrichedSignup } from '../../src/model.ts';
import { signup } from './people.ts';
import { ready } from './portal.ts';

const ADA = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const EVE = 'b3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const PAID = { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'launch' };
const MAIL = { utm_source: 'newsletter', utm_medium: 'email' };
type Facts = Parameters<typeof signup>[0];

const of = (visitorId: string, facts: Facts = {}): EnrichedSignup =>
  signup({ ...facts, visitor: { visitorId, ...facts.visitor } });
/** The same signup again, by a refresh. */
const refreshed = (facts: Facts): EnrichedSignup => {
  const again = of(ADA, facts);
  const refresh = { askedAt: '2026-11-24T12:00:00.000Z', matched: true };
  return { ...again, signup: { ...again.signup, refresh } };
};

describe('a contact whose source is unknown', () => {
  it.each([
    ['a refresh', () => refreshed({ params: PAID })],
    ['a replay', () => of(ADA, { params: PAID })],
    ['a later signup', () => of(ADA, { params: PAID, at: '2026-11-25T12:00:00.000Z' })],
    ['an ID in capitals', () => of(ADA.toUpperCase(), { params: PAID })],
  ])('gets the whole first touch of the same visitor by %s', async (_, later) => {
    const { write, held } = await ready({});
    const [first] = await write(of(ADA));
    expect(first).toMatchObject({ status: 'delivered', firstTouch: { kind: 'written' } });
    expect(held()).toMatchObject({ datafast_visitor_id: ADA, datafast_channel: 'Unknown' });
    const [second] = await write(later());
    expect(second).toMatchObject({ status: 'delivered', firstTouch: { kind: 'written' } });
    expect(held()).toMatchObject({
      datafast_channel: 'Paid Search',
      datafast_source: 'Google',
      datafast_utm_source: 'google',
      datafast_campaign: 'launch',
    });
  });

  it('never gets the source of another visitor', async () => {
    const { write, held } = await ready({});
    await write(of(ADA));
    const [outcome] = await write(of(EVE, { params: PAID, at: '2026-11-25T12:00:00.000Z' }));
    expect(outcome).toMatchObject({ firstTouch: { kind: 'held', channel: 'Unknown' } });
    expect(held()).toMatchObject({ datafast_visitor_id: ADA, datafast_channel: 'Unknown' });
    expect(held()).not.toHaveProperty('datafast_source');
    expect(held()).not.toHaveProperty('datafast_campaign');
  });

  it('stays as it is when the same visitor is still unknown', async () => {
    const { write, held } = await ready({});
    await write(of(ADA));
    await write(of(ADA, { at: '2026-11-25T12:00:00.000Z' }));
    expect(held()).toMatchObject({ datafast_channel: 'Unknown' });
  });

  it('gets the answer of its own visitor from a batch in which another visitor comes first', async () => {
    const { write, held } = await ready({});
    await write(of(ADA));
    await write(
      of(EVE, { params: MAIL, at: '2026-11-24T12:00:00.000Z' }),
      of(ADA, { params: PAID, at: '2026-11-25T12:00:00.000Z' }),
    );
    expect(held()).toMatchObject({ datafast_visitor_id: ADA, datafast_channel: 'Paid Search' });
  });
});

describe('a contact whose source is known', () => {
  it.each([
    ['a refresh', () => refreshed({ params: MAIL })],
    ['a replay that knows less', () => of(ADA)],
    ['a replay that says something else', () => of(ADA, { params: MAIL })],
    ['another visitor', () => of(EVE, { params: MAIL, at: '2026-11-25T12:00:00.000Z' })],
  ])('never changes it: %s', async (_, later) => {
    const { write, held } = await ready({});
    await write(of(ADA, { params: PAID }));
    const { datafast_channel, datafast_source, datafast_campaign, datafast_evidence } = held();
    const [outcome] = await write(later());
    expect(outcome).toMatchObject({
      firstTouch: { kind: 'held', channel: 'Paid Search', source: 'Google' },
    });
    expect(held()).toMatchObject({
      datafast_visitor_id: ADA,
      datafast_channel,
      datafast_source,
      datafast_campaign,
      datafast_evidence,
    });
  });

  it('takes no click ID of another visitor', async () => {
    const { write, held } = await ready({});
    await write(of(ADA, { params: PAID }));
    await write(of(EVE, { visitor: { clickIds: { gclid: 'G2' } } }));
    expect(held()).not.toHaveProperty('hs_google_click_id');
  });
});

describe('a new contact', () => {
  it('made of two signups of one visitor in a batch has the source that one of them knows', async () => {
    const { write, held } = await ready({});
    await write(of(ADA), of(ADA, { params: PAID, at: '2026-11-23T12:05:00.000Z' }));
    expect(held()).toMatchObject({ datafast_channel: 'Paid Search' });
  });

  it.each([
    [{ gclid: 'G1' }, 'G1'],
    [{ gbraid: 'B1' }, undefined],
    [{ wbraid: 'W1' }, undefined],
  ])('has HubSpot’s own Google click ID from a gclid only: %j', async (clickIds, value) => {
    const { write, held } = await ready({});
    await write(of(ADA, { visitor: { clickIds } }));
    expect(held().hs_google_click_id).toBe(value);
    expect(held().datafast_click_id).toBe(Object.values(clickIds)[0]);
  });
});
