// No signup waits for another's trouble: order within a batch, and how long a batch may look visitors up.

import { beforeEach, describe, expect, it } from 'vitest';
import { idsIn } from '../../src/delivery/bundle.ts';
import type { Signup } from '../../src/model.ts';
import { lookupsOf } from '../world.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const OPEN_AT_ONCE = 6;
let consumer: Consumer;

beforeEach(async () => {
  consumer = await openConsumer(START);
});

const known = (properties = {}) =>
  consumer.signup({
    visitorId: consumer.world.visitor({ params: { utm_source: 'google' }, ...properties }),
  });

/** Each lookup takes so long, and six are open at once. `atFirst` is called when the first one begins. */
function lookupsTake(seconds: number, atFirst: () => unknown = () => undefined) {
  let lookups = 0;
  consumer.world.datafast.failWith(async () => {
    if (lookups === 0) await atFirst();
    lookups += 1;
    if (lookups % OPEN_AT_ONCE === 0) consumer.nowMs += seconds * 1000;
    return undefined;
  });
}

const contact = ({ email = '' }: Signup) => consumer.world.hubspot.contact(email);

describe('before the first lookup of its batch begins', () => {
  const seen: unknown[] = [];
  const look = (person: Signup) => async () => {
    const { status } = (await row(person.id)) ?? {};
    seen.splice(0, Infinity, contact(person) !== undefined, status);
  };

  it('a signup without a visitor is in the CRM and in the ledger', async () => {
    const person = consumer.signup();
    lookupsTake(7.5, look(person));
    await consumer.run([...Array.from({ length: 24 }, () => known()), person]);
    expect(seen).toEqual([true, 'delivered']);
  });

  it('so is one whose visitor is in the cache', async () => {
    const earlier = known();
    await consumer.run([earlier]);
    const person = consumer.signup({ visitorId: earlier.visitorId });
    lookupsTake(7.5, look(person));
    await consumer.run([known(), person]);
    expect(seen).toEqual([true, 'delivered']);
    expect(await row(person.id)).toMatchObject({ match: 'matched', channel: 'Organic Search' });
  });

  it('so is one whose referrer is in the cache with the visitor', async () => {
    const facts = { params: {}, referrer: 'https://www.bing.com/', pages: ['example.com/'] };
    const earlier = known(facts);
    await consumer.run([earlier]);
    const person = consumer.signup({ visitorId: earlier.visitorId });
    lookupsTake(7.5, look(person));
    await consumer.run([known(), person]);
    expect(seen).toEqual([true, 'delivered']);
    expect(await row(person.id)).toMatchObject({ match: 'matched', channel: 'Organic Search' });
  });

  it('one whose visitor is in the cache, and whose source must be asked for, is not', async () => {
    const earlier = known({ params: {}, referrer: 'https://www.bing.com/' });
    consumer.world.datafast.failWith((request) =>
      request.url.includes('map') || request.url.includes('?') ? { status: 500 } : undefined,
    );
    await consumer.run([earlier]);
    const person = consumer.signup({ visitorId: earlier.visitorId });
    lookupsTake(0, look(person));
    await consumer.run([known(), person]);
    expect(seen).toEqual([false, undefined]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'matched' });
  });

  it('one of a person whose other signup has a visitor is not: they become one contact at once', async () => {
    const person = consumer.signup();
    const other = { ...known(), email: person.email };
    lookupsTake(0, look(person));
    await consumer.run([person, other]);
    expect(seen).toEqual([false, undefined]);
    const writes = consumer.world.hubspot.requests.filter(({ path }) => path.endsWith('upsert'));
    expect(writes).toHaveLength(1);
    expect(contact(person)?.properties).toMatchObject({ datafast_match: 'matched' });
  });

  it('a batch in which nobody has a visitor, or everybody has one, is written at once', async () => {
    await consumer.run([consumer.signup(), consumer.signup()]);
    await consumer.run([known(), known()]);
    expect(consumer.world.hubspot.requests).toHaveLength(4);
  });
});

describe('lookups', () => {
  it('of a batch end within fifteen seconds, and the others are due again soon without a counted attempt', async () => {
    const people = Array.from({ length: 24 }, () => known());
    lookupsTake(7.5);
    const result = await consumer.run(people);
    expect(consumer.nowMs - START).toBeLessThanOrEqual(15_000);
    expect(result.explicitAcks).toHaveLength(24);
    const asked = lookupsOf(consumer.world).length;
    expect(asked).toBeGreaterThanOrEqual(6);
    const again = consumer.later.flatMap(({ message }) => idsIn(message));
    expect(again).toHaveLength(24 - asked);
    expect(consumer.later.every(({ delaySeconds }) => delaySeconds <= 5)).toBe(true);
    const waiting = await row(again[0] ?? '');
    expect(waiting).toMatchObject({ status: 'waiting', lookups: 0, deliveries: [{ attempts: 0 }] });
    while (consumer.later.length > 0) {
      consumer.nowMs += 5_000;
      await consumer.run(consumer.later.splice(0).map(({ message }) => message));
    }
    for (const { id } of people) expect(await row(id)).toMatchObject({ match: 'matched' });
  });

  it('of new visitors come before those of visitors that were asked for in vain', async () => {
    const inVain = Array.from({ length: 5 }, () =>
      consumer.signup({ visitorId: crypto.randomUUID() }),
    );
    await consumer.run(inVain);
    consumer.nowMs += 30_000;
    consumer.world.datafast.forgetRequests();
    const fresh = Array.from({ length: 5 }, () => known());
    await consumer.run([...inVain, ...fresh]);
    const asked = lookupsOf(consumer.world).map(({ path }) => path.split('/').at(-1));
    expect(asked.slice(0, 5)).toEqual(fresh.map(({ visitorId }) => visitorId));
  });

  it('that DataFast’s minute does not allow hold up nobody who needs none', async () => {
    const made = Array.from({ length: 80 }, () =>
      consumer.signup({ visitorId: crypto.randomUUID() }),
    );
    await consumer.run(made);
    consumer.world.datafast.forgetRequests();
    const person = consumer.signup();
    const again = consumer.later.map(({ message }) => message);
    await consumer.run([...again, person]);
    expect(contact(person)).toBeDefined();
    expect(consumer.nowMs).toBe(START);
    expect(lookupsOf(consumer.world)).toEqual([]);
  });

  it('of a guess that must wait do not hold up its contact', async () => {
    lookupsTake(7.5);
    const guess = consumer.signup({ visitorId: crypto.randomUUID(), visitorIdGuessed: true });
    await consumer.run([...Array.from({ length: 24 }, () => known()), guess]);
    expect(contact(guess)).toBeDefined();
  });
});
