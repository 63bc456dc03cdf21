// One batch at a time through the queue's consumer, on real KV and D1, with a clock of the test's own.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { idsIn } from '../../src/delivery/bundle.ts';
import { consumeSignups } from '../../src/delivery/consume.ts';
import { consumeDeadLetters } from '../../src/delivery/dead-letters.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { dailyLimitReached } from '../../stand-ins/hubspot/failures.ts';
import { lookupsOf } from '../world.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const REQUESTS_PER_INVOCATION = 50;
let consumer: Consumer;

beforeEach(async () => {
  consumer = await openConsumer(START);
});

/** A ledger that can be read, and not written while `fails` says so. */
function failingToRecord(fails: () => boolean): LedgerDatabase {
  let isRecording = false;
  return {
    prepare(sql) {
      isRecording ||= /INSERT INTO signups|INSERT INTO deliveries|UPDATE signups/.test(sql);
      return env.LEDGER.prepare(sql);
    },
    batch(statements) {
      const isOfRecord = isRecording;
      isRecording = false;
      return isOfRecord && fails()
        ? Promise.reject(new Error('gone between HubSpot and the ledger'))
        : env.LEDGER.batch(statements);
    },
  };
}

describe('a batch', () => {
  it('of 40 signups costs 40 DataFast and 2 HubSpot requests, and the same 40 again cost none', async () => {
    const batch = Array.from({ length: 40 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    const first = await consumer.run(batch);
    expect(first.explicitAcks).toHaveLength(40);
    expect(consumer.world.datafast.requests).toHaveLength(40);
    expect(consumer.world.hubspot.requests).toHaveLength(2);
    expect(consumer.world.hubspot.contacts()).toHaveLength(40);

    const second = await consumer.run(batch);
    expect(second.explicitAcks).toHaveLength(40);
    expect(consumer.world.datafast.requests).toHaveLength(40);
    expect(consumer.world.hubspot.requests).toHaveLength(2);
  });

  it('never has more than six requests to DataFast under way', async () => {
    let underWay = 0;
    let most = 0;
    consumer.world.datafast.failWith(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await scheduler.wait(1);
      underWay -= 1;
      return undefined;
    });
    await consumer.run(
      Array.from({ length: 20 }, () => consumer.signup({ visitorId: consumer.world.visitor() })),
    );
    expect(most).toBe(6);
  });

  it('is not blocked by a record HubSpot refuses', async () => {
    const good = consumer.signup({ visitorId: consumer.world.visitor() });
    const bad = consumer.signup({
      email: 'somebody@example.con',
      visitorId: consumer.world.visitor(),
    });
    const result = await consumer.run([bad, good]);
    expect(result.explicitAcks).toHaveLength(2);
    expect(await row(good.id)).toMatchObject({ status: 'delivered' });
    const failed = await row(bad.id);
    expect(failed).toMatchObject({
      status: 'failed',
      deliveries: [
        { reason: 'hubspot_contact_refused', detail: expect.stringContaining('INVALID_EMAIL') },
      ],
    });
    expect(failed?.deliveries[0]?.detail).not.toContain('somebody');
  });

  it('keeps a message it cannot read, and delivers the others', async () => {
    const good = consumer.signup({ visitorId: consumer.world.visitor() });
    const result = await consumer.run([{ version: 2, id: 'from-the-future' }, good]);
    expect(result.explicitAcks).toEqual(['1']);
    expect(result.retryMessages).toMatchObject([{ msgId: '0' }]);
  });

  it('comes back whole when the ledger cannot be reached, and repeating it changes nothing', async () => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    const broken = {
      prepare: () => env.LEDGER.prepare('SELECT nothing FROM nowhere'),
      batch: env.LEDGER.batch,
    };
    const result = await consumer.run([person], consumeSignups, { ledger: broken });
    expect(result.delays).toEqual([30]);
    expect(result.explicitAcks).toEqual([]);

    await consumer.run([person]);
    await consumer.run([person]);
    expect(consumer.world.hubspot.contacts()).toHaveLength(1);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('that was written but not recorded is written again without harm', async () => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    const ledger = failingToRecord(() => true);
    const lost = await consumer.run([person], consumeSignups, { ledger });
    expect(lost.delays).toEqual([30]);
    const before = consumer.world.hubspot.contact(person.email ?? '')?.properties;

    consumer.nowMs += 60_000;
    await consumer.run([person]);
    expect(consumer.world.hubspot.contacts()).toHaveLength(1);
    const { lastmodifieddate: _, ...after } =
      consumer.world.hubspot.contact(person.email ?? '')?.properties ?? {};
    expect(before).toMatchObject(after);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('comes back more and more slowly, so that a hundred attempts outlast the queue’s memory', async () => {
    const ledger = {
      prepare: () => env.LEDGER.prepare('SELECT x FROM nowhere'),
      batch: env.LEDGER.batch,
    };
    const delayAt = async (attempts: number) =>
      (await consumer.run([consumer.signup()], consumeSignups, { ledger }, attempts)).delays[0];
    expect([await delayAt(1), await delayAt(2), await delayAt(5), await delayAt(50)]).toEqual([
      30, 60, 480, 3600,
    ]);
  });

  it('with one signup that brings out a bug delivers the others', async () => {
    const batch = [
      consumer.signup(),
      consumer.signup({ visitorId: consumer.world.visitor({ params: { ref: 'poison' } }) }),
      consumer.signup(),
    ];
    const result = await consumer.run(batch, consumeSignups, {
      attribute: (input) => {
        if (input.visitor?.params.ref === 'poison') throw new TypeError('ada@example.com');
        return attribute(input);
      },
    });
    expect(result.explicitAcks).toEqual(['0', '2']);
    expect(await row(batch[1]?.id ?? '')).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: 'enrichment_failed' }],
    });
    expect(consumer.logged.join()).toContain('TypeError');
    expect(consumer.logged.join()).not.toContain('ada@');
  });

  it('that failed again and again is taken apart, so that only the signup at fault comes back', async () => {
    const batch = [consumer.signup(), consumer.signup({ source: 'culprit' }), consumer.signup()];
    const ledger = failingToRecord(() => recordedSources.includes('culprit'));
    const recordedSources: string[] = [];
    const destinations = consumer.dependencies().destinations.map((destination) => ({
      ...destination,
      upsert: (contacts: Parameters<typeof destination.upsert>[0]) => {
        recordedSources.splice(0, Infinity, ...contacts.map(({ first }) => first.signup.source));
        return destination.upsert(contacts);
      },
    }));
    const together = await consumer.run(batch, consumeSignups, { ledger, destinations });
    expect(together.explicitAcks).toEqual([]);
    const apart = await consumer.run(batch, consumeSignups, { ledger, destinations }, 3);
    expect(apart.explicitAcks).toEqual(['0', '2']);
  });

  it('logs counts, and nothing that identifies a person', async () => {
    await consumer.run([
      consumer.signup({ email: 'secret.person@example.com', name: 'Secret Person' }),
    ]);
    expect(consumer.logged.join()).toContain('batch_delivered');
    expect(consumer.logged.join()).not.toMatch(/secret|person@/i);
  });
});

describe('an invocation', () => {
  const allRequests = () =>
    consumer.world.datafast.requests.length + consumer.world.hubspot.requests.length;
  const spend = async (requests: number) => {
    const authorization = `Bearer ${env.DATAFAST_API_KEY}`;
    for (let made = 0; made < requests; made += 1) {
      await consumer.world.fetch(`https://datafa.st/api/v1/visitors/${crypto.randomUUID()}`, {
        headers: { authorization },
      });
    }
    consumer.world.datafast.requests.length = 0;
  };
  const forty = () =>
    Array.from({ length: 40 }, () => consumer.signup({ visitorId: consumer.world.visitor() }));
  const refuse = (path: string, status: number) =>
    consumer.world.hubspot.failWith((request) =>
      request.url.includes(path) ? { status } : undefined,
    );

  it.each<[string, () => Promise<void> | void]>([
    ['in good weather', () => {}],
    ['with DataFast’s minute half spent', () => spend(30)],
    ['with HubSpot refusing every read', () => refuse('batch/read', 400)],
    ['with HubSpot refusing every upsert', () => refuse('batch/upsert', 400)],
    ['with HubSpot’s day spent', () => consumer.world.hubspot.failWith(dailyLimitReached())],
    [
      'with half a minute and a HubSpot that refuses every read',
      async () => {
        await spend(30);
        refuse('batch/read', 400);
      },
    ],
    [
      'with almost no minute and a HubSpot that refuses every upsert',
      async () => {
        await spend(55);
        refuse('batch/upsert', 400);
      },
    ],
  ])('of 40 signups makes at most 50 requests %s', async (_, weather) => {
    const names = new Map([['hubspot', new Map([['datafast_source', 'lead_source']])]]);
    consumer.world.hubspot.addProperty({ name: 'lead_source' });
    await weather();
    await consumer.run(
      forty(),
      consumeSignups,
      consumer.dependencies(REQUESTS_PER_INVOCATION, names),
    );
    expect(allRequests()).toBeGreaterThan(0);
    expect(allRequests()).toBeLessThanOrEqual(50);
  });

  it('of 40 signups that cannot be recorded makes at most 50 requests, again and again', async () => {
    const ledger = failingToRecord(() => true);
    const metered = { ...consumer.dependencies(REQUESTS_PER_INVOCATION), ledger };
    const result = await consumer.run(forty(), consumeSignups, metered, 3);
    expect(allRequests()).toBeLessThanOrEqual(50);
    expect(result.explicitAcks).toEqual([]);
    expect(result.delays).toHaveLength(40);
  });

  it('asks for no more visitors than its requests allow, and leaves the others to the next one', async () => {
    const batch = Array.from({ length: 60 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    const result = await consumer.run(
      batch,
      consumeSignups,
      consumer.dependencies(REQUESTS_PER_INVOCATION),
    );
    expect(allRequests()).toBeLessThanOrEqual(50);
    expect(result.explicitAcks).toHaveLength(60);
    expect(consumer.world.hubspot.contacts().length).toBeGreaterThan(40);
    const again = consumer.later.flatMap(({ message }) => idsIn(message));
    expect(consumer.later).toHaveLength(1);
    expect(again).toHaveLength(60 - consumer.world.hubspot.contacts().length);
    expect(await row(again[0] ?? '')).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: 'datafast_postponed', attempts: 0 }],
    });
  });
});

describe('an unknown visitor', () => {
  it('is asked for again after 30 s, 2 min and 10 min, then delivered as not found', async () => {
    const person = consumer.signup({ visitorId: crypto.randomUUID() });
    const waits: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const [delay] = (await consumer.run([person])).delays;
      waits.push(delay);
      expect(consumer.world.hubspot.contacts()).toHaveLength(0);
      consumer.nowMs += Number(delay) * 1000;
    }
    expect(waits).toEqual([30, 120, 600]);
    expect(consumer.world.datafast.requests).toHaveLength(3);

    const last = await consumer.run([person]);
    expect(last.explicitAcks).toHaveLength(1);
    const contact = consumer.world.hubspot.contact(person.email ?? '')?.properties;
    expect(contact?.datafast_match).toBe('not_found');
    expect(contact?.datafast_signup_source).toBe('signup');
    expect(contact?.datafast_channel).toBeUndefined();
    expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'not_found' });
  });

  it('is asked for again after 30 s even if the provider’s clock is hours ahead', async () => {
    const occurredAt = new Date(START + 5 * 3600_000).toISOString();
    const person = consumer.signup({ visitorId: crypto.randomUUID(), occurredAt });
    expect((await consumer.run([person])).delays).toEqual([30]);
  });

  it('who turns up meanwhile is matched', async () => {
    const visitorId = crypto.randomUUID();
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({
      status: 'waiting',
      match: 'not_found',
      lookups: 0,
      deliveries: [{ reason: 'visitor_not_found_yet', attempts: 0 }],
    });
    consumer.world.visitor({ visitorId, params: { utm_source: 'google', utm_medium: 'organic' } });
    consumer.nowMs += 30_000;
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'matched' });
  });

  it('is remembered for a minute, so that a second signup of theirs costs no request', async () => {
    const visitorId = crypto.randomUUID();
    await consumer.run([consumer.signup({ visitorId })]);
    await consumer.run([consumer.signup({ visitorId })]);
    expect(lookupsOf(consumer.world)).toHaveLength(1);
  });
});

describe('when DataFast', () => {
  it('has spent its budget, what is enriched arrives, and each of the others gets a place in a later minute', async () => {
    const batch = Array.from({ length: 150 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    const result = await consumer.run(batch);
    expect(result.explicitAcks).toHaveLength(150);
    expect(consumer.world.hubspot.contacts()).toHaveLength(60);
    expect(
      consumer.later.map(({ message, delaySeconds }) => [delaySeconds, idsIn(message).length]),
    ).toEqual([
      [61, 40],
      [61, 20],
      [122, 30],
    ]);
    // It stops by itself: no request was refused.
    expect(consumer.world.datafast.requests.filter(({ status }) => status === 429)).toEqual([]);
  });

  it.each([
    ['milliseconds in the body', { reset: START + 20_000 }, {}, 20],
    ['seconds in the body', { reset: START / 1000 + 20 }, {}, 20],
    ['seconds in the header', {}, { 'x-ratelimit-reset': String(START / 1000 + 20) }, 20],
    ['milliseconds in the header', {}, { 'x-ratelimit-reset': String(START + 20_000) }, 20],
    ['Retry-After', {}, { 'retry-after': '20' }, 20],
    ['a date', {}, { 'retry-after': new Date(START + 20_000).toUTCString() }, 20],
    ['a moment long past', { reset: START - 300_000 }, {}, 60],
    ['nothing at all', {}, {}, 60],
  ])('says when its budget is back by %s', async (_, body, headers, seconds) => {
    consumer.world.datafast.failWith({ status: 429, body, headers, times: 1 });
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    expect((await consumer.run([person])).delays).toEqual([seconds + 1]);
    consumer.nowMs += seconds * 1000 + 500;
    await consumer.run([person]);
    expect(consumer.world.hubspot.contacts()).toHaveLength(1);
  });

  it('has spent its budget, the signup waits in the queue and that counts no attempt', async () => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    consumer.world.datafast.failWith({ status: 429, headers: { 'retry-after': '110' } });
    const result = await consumer.run([person]);
    expect(result.delays).toEqual([111]);
    expect(consumer.later).toEqual([]);
    expect(await row(person.id)).toMatchObject({
      status: 'waiting',
      lookups: 0,
      deliveries: [{ reason: 'datafast_rate_limited', attempts: 0 }],
    });
  });

  it('is waited for and the queue takes nothing, the messages themselves come back', async () => {
    consumer.world.datafast.failWith({ status: 429, headers: { 'retry-after': '110' } });
    const enqueueLater = () => Promise.reject(new Error('queue is down'));
    const batch = Array.from({ length: 5 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    const result = await consumer.run(batch, consumeSignups, { enqueueLater });
    expect(result.explicitAcks).toEqual([]);
    expect(result.delays).toEqual(batch.map(() => 111));
  });

  it('keeps saying that its budget is back in a second, it is not stormed', async () => {
    consumer.world.datafast.failWith({ status: 429, body: { reset: 1 } });
    const people = Array.from({ length: 10 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    for (let minute = 0; minute < 3; minute += 1) {
      await consumer.run(people);
      consumer.nowMs += 60_000;
    }
    // Six are under way when the first is refused.
    expect(consumer.world.datafast.requests.length).toBeLessThanOrEqual(3 * 6);
    expect(consumer.later.every(({ delaySeconds }) => delaySeconds >= 5)).toBe(true);
  });

  it('answers with a page of HTML, that says nothing about the visitor', async () => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    consumer.world.datafast.failWith({ status: 404, body: '<h1>Not found</h1>' });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: 'datafast_answer_unreadable', detail: 'HTTP 404' }],
    });
  });

  it.each([
    [500, 'datafast_unavailable'],
    [503, 'datafast_unavailable'],
    [401, 'datafast_unauthorized'],
    [403, 'datafast_forbidden'],
    [402, 'datafast_request_refused'],
    [405, 'datafast_request_refused'],
    [410, 'datafast_request_refused'],
    [426, 'datafast_request_refused'],
    [302, 'datafast_request_refused'],
  ])('answers %d, the signup waits and nothing is written', async (status, reason) => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    consumer.world.datafast.failWith({ status });
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status: 'waiting', deliveries: [{ reason }] });
    expect(consumer.world.hubspot.contacts()).toHaveLength(0);

    consumer.world.datafast.failWith(undefined);
    consumer.nowMs += 600_000;
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'matched' });
  });

  it.each([
    ['cannot be reached', { networkError: 'connection reset' }, 'datafast_unreachable'],
    ['sends no JSON', { status: 200, body: '<html>' }, 'datafast_answer_unreadable'],
    ['sends JSON of another shape', { status: 200, body: [] }, 'datafast_answer_unreadable'],
  ])('%s, the signup waits', async (_, failure, reason) => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    consumer.world.datafast.failWith(failure);
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status: 'waiting', deliveries: [{ reason }] });
  });

  const UNKNOWN_WORDS = { status: 400, body: { error: 'Computer says no' } };

  it('refuses a whole batch in unknown words, nobody of it is blamed and all arrive afterwards', async () => {
    const people = Array.from({ length: 5 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    consumer.world.datafast.failWith(UNKNOWN_WORDS);
    await consumer.run(people);
    for (const { id } of people) {
      expect(await row(id)).toMatchObject({
        status: 'waiting',
        deliveries: [{ reason: 'datafast_request_refused', detail: 'HTTP 400 Computer says no' }],
      });
    }
    expect(consumer.world.hubspot.contacts()).toEqual([]);

    consumer.world.datafast.failWith(undefined);
    consumer.nowMs += 600_000;
    await consumer.run(people);
    for (const { id } of people) {
      expect(await row(id)).toMatchObject({ status: 'delivered', match: 'matched' });
    }
  });

  it('refuses one of several in unknown words, that one alone is delivered as refused', async () => {
    const people = Array.from({ length: 4 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    const [refused, ...others] = people;
    consumer.world.datafast.failWith(({ url }) =>
      url.endsWith(refused?.visitorId ?? '') ? UNKNOWN_WORDS : undefined,
    );
    await consumer.run(people);
    expect(await row(refused?.id ?? '')).toMatchObject({
      status: 'delivered',
      match: 'rejected_by_datafast',
    });
    for (const { id } of others) expect(await row(id)).toMatchObject({ match: 'matched' });
  });

  it.each([
    ['a plan that has ended', { status: 402 }],
    ['a website that is not named', { status: 400, body: { error: 'websiteId is required' } }],
  ])(
    'refuses everybody for two weeks because of %s, the signup waits in the ledger, and comes back rarely',
    async (_, failure) => {
      const person = consumer.signup({ visitorId: consumer.world.visitor() });
      consumer.world.datafast.failWith(failure);
      const end = START + 14 * 24 * 3600_000;
      let messages = 0;
      while (consumer.nowMs < end) {
        const { explicitAcks } = await consumer.run([person]);
        expect(explicitAcks).toEqual(['0']);
        messages += 1;
        consumer.nowMs = Date.parse((await row(person.id))?.deliveries[0]?.nextAttemptAt ?? '');
      }
      expect(messages).toBeLessThan(14 * 40);
      expect(await row(person.id)).toMatchObject({ status: 'waiting' });
      consumer.world.datafast.failWith(undefined);
      await consumer.run([person]);
      expect(await row(person.id)).toMatchObject({ status: 'delivered', match: 'matched' });
    },
    60_000,
  );

  it('is down, a copy of the last seven days serves', async () => {
    const visitorId = consumer.world.visitor({
      params: { utm_source: 'google', utm_medium: 'cpc' },
    });
    await consumer.run([consumer.signup({ visitorId })]);
    consumer.nowMs += 16 * 60_000;
    consumer.world.datafast.failWith({ status: 500 });
    const later = consumer.signup({ visitorId });
    await consumer.run([later]);
    expect(await row(later.id)).toMatchObject({ status: 'delivered', channel: 'Paid Search' });
  });

  it('flags a bot, the contact says so and gets no first touch', async () => {
    const visitorId = crypto.randomUUID();
    consumer.world.datafast.visitors.set(visitorId, 'bot');
    const person = consumer.signup({ visitorId });
    await consumer.run([person]);
    const properties = consumer.world.hubspot.contact(person.email ?? '')?.properties;
    expect(properties).toMatchObject({ datafast_match: 'bot' });
    expect(properties).not.toHaveProperty('datafast_visitor_id');
  });
});

describe('when HubSpot', () => {
  it.each([
    [429, 'hubspot_rate_limited', 10],
    [423, 'hubspot_locked', 2],
    [502, 'hubspot_unavailable', 4],
    // The ledger brings them back.
    [401, 'hubspot_unauthorized', undefined],
  ])('answers %d, every signup waits and then arrives', async (status, reason, seconds) => {
    const batch = [consumer.signup({ visitorId: consumer.world.visitor() }), consumer.signup()];
    consumer.world.hubspot.failWith({ status });
    const result = await consumer.run(batch);
    expect(result.delays).toEqual(seconds === undefined ? [] : [seconds, seconds]);
    for (const { id } of batch) {
      expect(await row(id)).toMatchObject({ status: 'waiting', deliveries: [{ reason }] });
    }
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += (seconds ?? 600) * 1000;
    await consumer.run(batch);
    for (const { id } of batch) expect(await row(id)).toMatchObject({ status: 'delivered' });
    expect(lookupsOf(consumer.world)).toHaveLength(1);
  });

  it('answers COMPLETE and writes nothing, the signup is not taken for delivered', async () => {
    const person = consumer.signup();
    consumer.world.hubspot.failWith((request) =>
      request.url.endsWith('upsert')
        ? { status: 200, body: { status: 'COMPLETE', results: [] } }
        : undefined,
    );
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: 'hubspot_unconfirmed' }],
    });
  });
});

describe('the dead letters', () => {
  it('stand in the ledger as failed, with what a replay needs', async () => {
    const person = consumer.signup();
    const result = await consumer.run([person], consumeDeadLetters);
    expect(result.explicitAcks).toHaveLength(1);
    expect(await row(person.id)).toMatchObject({
      status: 'failed',
      signup: person,
      deliveries: [{ reason: 'gave_up', detail: null }],
    });
  });

  it('never turn a delivered signup into a failed one', async () => {
    const person = consumer.signup();
    await consumer.run([person]);
    await consumer.run([person], consumeDeadLetters);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('keep the reason of the last attempt, and what was skipped stays skipped', async () => {
    const waiting = consumer.signup({ visitorId: consumer.world.visitor() });
    const skipped = consumer.signup({ email: undefined });
    consumer.world.hubspot.failWith({ status: 503 });
    await consumer.run([waiting, skipped]);
    await consumer.run([waiting, skipped], consumeDeadLetters);
    expect(await row(waiting.id)).toMatchObject({
      status: 'failed',
      deliveries: [{ reason: 'gave_up', detail: 'HTTP 503', lastReason: 'hubspot_unavailable' }],
    });
    expect(await row(skipped.id)).toMatchObject({ status: 'skipped' });
  });

  it('keep even a message that cannot be read', async () => {
    await consumer.run([{ version: 9, surprise: true }], consumeDeadLetters);
    expect(await row('unreadable:0')).toMatchObject({
      status: 'failed',
      signup: { version: 9, surprise: true },
    });
  });
});
