// Records in the cache that are broken, of an older shape, or of somebody else: they cost a request, and nobody else anything.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { ask, lookupsOf } from '../world.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(START);
});

const fetchedAt = new Date(START).toISOString();
const whole = (visitorId: string) => ({
  ...{ visitorId, params: { utm_source: 'newsletter' }, clickIds: {} },
  ...{ pages: [], goals: [] },
});
const recordOf = (visitor: object, more: object = {}) =>
  JSON.stringify({ kind: 'found', visitor, fetchedAt, ...more });

it.each<[string, (visitorId: string, other: string) => string]>([
  ['is no JSON', () => 'not JSON'],
  ['was cut off', (visitorId) => recordOf(whole(visitorId)).slice(0, 40)],
  ['is empty', () => ''],
  ['is null', () => 'null'],
  ['has no visitor in it', () => recordOf({})],
  ['has nothing of the visitor but the ID', (visitorId) => recordOf({ visitorId })],
  ['has texts where lists belong', (visitorId) => recordOf({ ...whole(visitorId), pages: 'a' })],
  ['has pages that are none', (visitorId) => recordOf({ ...whole(visitorId), pages: [null, 'a'] })],
  ['does not say when it was fetched', (id) => recordOf(whole(id), { fetchedAt: undefined })],
  ['was fetched at no time', (visitorId) => recordOf(whole(visitorId), { fetchedAt: 5 })],
  ['has a referrer that is none', (visitorId) => recordOf(whole(visitorId), { referrer: 'x' })],
  ['is of another visitor', (_, other) => recordOf(whole(other))],
])('a record that %s costs a request for its visitor alone', async (_, record) => {
  const params = { utm_source: 'google', utm_medium: 'cpc' };
  const known = () => consumer.signup({ visitorId: consumer.world.visitor({ params }) });
  const people = [known(), known(), known(), known()];
  const [, { id, visitorId = '' } = known(), other] = people;
  await env.VISITORS.put(`visitor:1:${visitorId}`, record(visitorId, other?.visitorId ?? ''));
  await consumer.run(people);
  for (const person of people) {
    expect(await row(person.id)).toMatchObject({ status: 'delivered', channel: 'Paid Search' });
  }
  expect(lookupsOf(consumer.world)).toHaveLength(4);
  expect((await ask(`/signups/${encodeURIComponent(id)}`)).status).toBe(200);
  // They are in the cache now.
  await consumer.run(people.map((person) => consumer.signup({ visitorId: person.visitorId })));
  expect(lookupsOf(consumer.world)).toHaveLength(4);
});

it('a bug in the search for referrers holds up nobody', async () => {
  const people = [
    consumer.signup({ visitorId: consumer.world.visitor({ params: {} }) }),
    consumer.signup({ visitorId: consumer.world.visitor({ params: { utm_source: 'google' } }) }),
  ];
  const findReferrers = () => Promise.reject(new TypeError('a bug'));
  await consumer.run(people, undefined, { findReferrers });
  for (const { id } of people) {
    expect(await row(id)).toMatchObject({ status: 'delivered', match: 'matched' });
  }
  expect(consumer.logged.join()).toContain('enrichment_failed');
});
