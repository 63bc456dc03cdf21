// Events on their way: once per signup, after the CRM, the same bytes for every attempt, and nothing lost.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { consumeDeadLetters } from '../../../src/delivery/dead-letters.ts';
import { readDueWaits } from '../../../src/ledger/due.ts';
import { eraseRows } from '../../../src/ledger/erasure.ts';
import { readStopped, removeStopped } from '../../../src/ledger/stopped.ts';
import type { Signup } from '../../../src/model.ts';
import { eraseElsewhere } from '../../../src/operations/erase-elsewhere.ts';
import { redirectTo } from '../../../stand-ins/failures.ts';
import { row } from '../../delivery/consumer.ts';
import { HOUR_MS, OLD_SECRET, openStage, START, type Stage } from './stage.ts';

let stage: Stage;
let person: Signup;

beforeEach(async () => {
  stage = await openStage();
  const visitorId = stage.consumer.world.visitor({
    params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand-eu' },
    adClickIds: { gclid: 'Cj0KCQiA3sq6BhD2ARIsAJ8MRwU' },
    prediction: { score: 81, conversionRate: 0.1, expectedValue: 3, confidence: 0.8 },
  });
  person = stage.consumer.signup({
    visitorId,
    name: 'Ada Lovelace',
    userId: 'user_4711',
    workerUrl: 'https://whence.example',
  });
});

const refuseInHubspot = () =>
  stage.consumer.world.hubspot.failWith(async (request) =>
    request.url.endsWith('upsert')
      ? { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: 'no' } }
      : undefined,
  );
const types = () => stage.events().map(({ type }) => type);

describe('the event of a signup', () => {
  it('tells once what brought the person, and which contact the CRM has made', async () => {
    await stage.run([person]);
    await stage.run([person]);
    const externalId = stage.consumer.world.hubspot.contact(person.email ?? '')?.id;
    expect(stage.events()).toEqual([
      {
        type: 'signup.enriched',
        timestamp: person.receivedAt,
        data: {
          id: person.id,
          source: 'signup',
          occurredAt: person.occurredAt,
          receivedAt: person.receivedAt,
          test: false,
          match: 'matched',
          outcome: 'delivered',
          deliveries: [
            expect.objectContaining({
              destination: 'hubspot',
              status: 'delivered',
              externalId,
              url: expect.stringContaining(`/${externalId}`),
            }),
          ],
          scoreBand: 'high',
          fields: expect.objectContaining({
            datafast_channel: 'Paid Search',
            datafast_source: 'Google',
            datafast_campaign: 'brand-eu',
            datafast_lead_score: 81,
          }),
          links: { story: `https://whence.example/signups/${encodeURIComponent(person.id)}` },
        },
      },
    ]);
    expect([...stage.receiver.events.keys()]).toEqual([`${person.id}:enriched`]);
    expect(stage.receiver.bodies).toHaveLength(1);
    expect(await stage.delivery(person)).toMatchObject({
      status: 'delivered',
      fields: { datafast_channel: 'Paid Search', datafast_lead_score: '81' },
    });
  });

  it('says who somebody is only where WEBHOOK_FIELDS names it', async () => {
    await stage.run([person]);
    const [{ body = '' } = {}] = stage.receiver.bodies;
    for (const personal of [person.email, 'Ada', 'user_4711', person.visitorId, 'Cj0KCQiA3sq6']) {
      expect(body).not.toContain(personal);
    }
    stage.settings.WEBHOOK_FIELDS = 'email,name,click_id,channel';
    await stage.run([{ ...person, id: 'signup:other' }]);
    expect(stage.events()[1]?.data.fields).toEqual({
      email: person.email,
      name: 'Ada Lovelace',
      datafast_channel: 'Paid Search',
      datafast_click_id: 'Cj0KCQiA3sq6BhD2ARIsAJ8MRwU',
    });
  });

  it('has an ID without a dot, whatever the ID of the signup is', async () => {
    const odd = ['signup:a.b', 'signup:a b', 'signup:a/ü', 'signup:a~2eb'];
    await stage.run(odd.map((id) => ({ ...person, id })));
    expect(stage.events()).toHaveLength(odd.length);
    for (const id of stage.receiver.events.keys()) expect(id).toMatch(/^[\w~:-]+:enriched$/);
  });

  it('tells what the contact says, when an earlier signup brought the person', async () => {
    await stage.run([person]);
    const visitorId = stage.consumer.world.visitor({ params: { utm_source: 'reddit' } });
    stage.consumer.nowMs += HOUR_MS;
    const later = stage.consumer.signup({ email: person.email, visitorId });
    await stage.run([later]);
    const { fields } = stage.events()[1]?.data ?? {};
    expect(fields).toMatchObject({ datafast_channel: 'Paid Search', datafast_source: 'Google' });
    expect(JSON.stringify(fields)).not.toMatch(/reddit/i);
  });

  it('of a person without a visitor says why', async () => {
    const nobody = stage.consumer.signup();
    await stage.run([nobody]);
    expect(stage.events()).toMatchObject([
      { data: { match: 'no_visitor_id', fields: { datafast_match: 'no_visitor_id' } } },
    ]);
    expect(stage.events()[0]?.data.fields).not.toHaveProperty('datafast_channel');
  });

  it('needs no CRM', async () => {
    stage.withHubspot = false;
    await stage.run([person]);
    expect(stage.events()).toMatchObject([{ data: { outcome: null, deliveries: [] } }]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered', channel: 'Paid Search' });
  });

  it('says that the CRM has not taken the contact, and then that it has', async () => {
    refuseInHubspot();
    await stage.run([person]);
    expect(stage.events()).toMatchObject([
      { type: 'signup.failed', data: { outcome: 'failed', deliveries: [{ status: 'failed' }] } },
    ]);
    stage.consumer.world.hubspot.failWith(undefined);
    stage.consumer.nowMs += HOUR_MS;
    await stage.replay(person);
    expect(stage.events()).toMatchObject([
      {},
      { type: 'signup.enriched', data: { outcome: 'delivered' } },
    ]);
  });

  it('waits an hour at most for a CRM that is down, and an update says how it ended', async () => {
    stage.consumer.world.hubspot.failWith({ status: 503 });
    await stage.run([person]);
    expect(stage.events()).toEqual([]);
    stage.consumer.nowMs = START + HOUR_MS;
    await stage.run([person]);
    expect(stage.events()).toMatchObject([
      {
        type: 'signup.enriched',
        data: { outcome: 'waiting', deliveries: [{ status: 'waiting' }] },
      },
    ]);
    stage.consumer.world.hubspot.failWith(undefined);
    stage.consumer.nowMs += HOUR_MS;
    await stage.run([person]);
    expect(stage.events()).toMatchObject([
      {},
      { type: 'signup.updated', data: { changed: ['outcome'], outcome: 'delivered' } },
    ]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });
});

describe('an update', () => {
  const visitor = (score: number) =>
    stage.consumer.world.visitor({
      visitorId: person.visitorId,
      params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand-eu' },
      prediction: { score, conversionRate: 0.1, expectedValue: 3, confidence: 0.8 },
    });
  const refreshIn = async (hours: number) => {
    stage.consumer.nowMs += hours * HOUR_MS;
    await stage.refresh(person);
  };

  it('comes when a refresh has moved the score into another band, and at no other refresh', async () => {
    await stage.run([person]);
    visitor(90);
    await refreshIn(1);
    expect(types()).toEqual(['signup.enriched']);
    visitor(39);
    await refreshIn(23);
    await refreshIn(1);
    expect(stage.events()).toMatchObject([
      {},
      { type: 'signup.updated', data: { changed: ['score_band'], scoreBand: 'low' } },
    ]);
    visitor(90);
    await refreshIn(100);
    expect([...stage.receiver.events.keys()]).toEqual([
      `${person.id}:enriched`,
      `${person.id}:updated-1`,
      `${person.id}:updated-2`,
    ]);
  });

  it('comes when the first touch has become known', async () => {
    person = stage.consumer.signup({
      visitorId: stage.consumer.world.visitor({ visitCount: 5 }),
      workerUrl: 'https://whence.example',
    });
    await stage.run([person]);
    expect(stage.events()[0]?.data.fields.datafast_channel).toBe('Unknown');
    stage.consumer.nowMs += HOUR_MS;
    await stage.refresh({ ...person, referrer: 'https://www.google.com/' });
    expect(stage.events()[1]).toMatchObject({
      type: 'signup.updated',
      data: { changed: ['first_touch'], fields: { datafast_channel: 'Organic Search' } },
    });
    expect(await row(person.id)).toMatchObject({ channel: 'Organic Search' });
  });

  it('without a CRM leaves the ledger with what was told', async () => {
    stage.withHubspot = false;
    person = stage.consumer.signup({ visitorId: stage.consumer.world.visitor({ visitCount: 5 }) });
    await stage.run([person]);
    stage.consumer.nowMs += HOUR_MS;
    await stage.refresh({ ...person, referrer: 'https://www.google.com/' });
    expect(types()).toEqual(['signup.enriched', 'signup.updated']);
    expect(await row(person.id)).toMatchObject({ channel: 'Organic Search' });
  });
});

describe('signup.failed', () => {
  const down = () => stage.consumer.world.hubspot.failWith({ status: 500 });

  it('comes when Whence gives up at the CRM, also after an early event', async () => {
    down();
    await stage.run([person]);
    stage.consumer.nowMs += HOUR_MS + 60_000;
    await stage.run([person]);
    expect(types()).toEqual(['signup.enriched']);
    await env.LEDGER.prepare(
      `UPDATE deliveries SET attempts = 99, next_attempt_at = '2026-01-01T00:00:00.000Z' WHERE destination = 'hubspot'`,
    ).run();
    await stage.run([person]);
    expect(types()).toEqual(['signup.enriched', 'signup.failed']);
    expect(stage.events()[1]?.data).toMatchObject({
      outcome: 'failed',
      deliveries: [{ destination: 'hubspot', status: 'failed', reason: 'gave_up' }],
    });
  });

  it('comes when the queue gave up, once, by the ledger', async () => {
    down();
    const { destinations } = stage.consumer.dependencies();
    const all = { destinations: [...stage.open(), ...destinations] };
    await stage.consumer.run([person], consumeDeadLetters, all);
    expect(await stage.delivery(person)).toMatchObject({
      status: 'waiting',
      reason: 'gave_up_elsewhere',
    });
    const { ids } = await readDueWaits(env.LEDGER, stage.consumer.nowMs + HOUR_MS, 10);
    expect(ids).toEqual([person.id]);
    await stage.run([person]);
    expect(types()).toEqual(['signup.failed']);
    expect(stage.consumer.world.hubspot.contacts()).toEqual([]);
    expect(await stage.delivery(person)).toMatchObject({ status: 'delivered' });
    await stage.consumer.run([person], consumeDeadLetters, all);
    expect(await stage.delivery(person)).toMatchObject({ status: 'delivered' });
  });

  it('of a receiver that is down as well is given up with the next dead letter', async () => {
    const { destinations } = stage.consumer.dependencies();
    const all = { destinations: [...stage.open(), ...destinations] };
    await stage.consumer.run([person], consumeDeadLetters, all);
    stage.receiver.failWith({ status: 503 });
    await stage.run([person]);
    await stage.consumer.run([person], consumeDeadLetters, all);
    expect(await stage.delivery(person)).toMatchObject({ status: 'failed', reason: 'gave_up' });
  });

  it('is not made where the receiver alone gave up', async () => {
    stage.receiver.failWith({ status: 503 });
    await stage.run([person]);
    const { destinations } = stage.consumer.dependencies();
    await stage.consumer.run([person], consumeDeadLetters, {
      destinations: [...stage.open(), ...destinations],
    });
    expect(await stage.delivery(person)).toMatchObject({ status: 'failed', reason: 'gave_up' });
  });
});

describe('an invocation that ends after an event was sent, and before its row was written,', () => {
  /** The ledger fails once the receiver has something. */
  const interrupted = async () => {
    const failing: typeof env.LEDGER = new Proxy(env.LEDGER, {
      get(target, key) {
        if (key === 'batch' && stage.receiver.bodies.length > 0) {
          return () => Promise.reject(new Error('the invocation ends'));
        }
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { destinations } = stage.consumer.dependencies();
    await stage.consumer.run([person], undefined, {
      ledger: failing,
      destinations: [...stage.open(), ...destinations],
    });
    expect(await row(person.id)).toBeUndefined();
  };
  const drafts = async () =>
    (await env.LEDGER.prepare('SELECT signup_id AS id, memo FROM drafts').all()).results;

  it('is repeated with the same bytes, although the score, the CRM and the settings have moved on', async () => {
    await interrupted();
    expect(await drafts()).toHaveLength(1);
    stage.consumer.nowMs += HOUR_MS;
    stage.consumer.world.visitor({ visitorId: person.visitorId, prediction: { score: 3 } });
    stage.settings.WEBHOOK_FIELDS = 'channel';
    await stage.run([person]);
    expect(stage.receiver.bodies).toHaveLength(2);
    const [first, second] = stage.receiver.bodies;
    expect(second).toEqual(first);
    expect(await drafts()).toEqual([]);
    expect(stage.receiver.refusals).toEqual([]);
  });

  it('leaves nothing of a person who is erased meanwhile', async () => {
    stage.settings.WEBHOOK_FIELDS = 'email';
    await interrupted();
    await eraseRows(env.LEDGER, person.email ?? '', new Date(stage.consumer.nowMs).toISOString());
    expect(await drafts()).toEqual([]);
  });
});

describe('a receiver in trouble', () => {
  it('that was down for days gets the same event, byte for byte, although everything has moved on', async () => {
    const seen: string[] = [];
    stage.receiver.failWith(async (request) => {
      seen.push(`${request.headers.get('webhook-id')} ${await request.text()}`);
      return { status: 503 };
    });
    for (let day = 0; day < 4; day += 1) {
      await stage.run([person]);
      stage.consumer.nowMs += 24 * HOUR_MS;
      stage.consumer.world.visitor({ visitorId: person.visitorId, prediction: { score: day } });
    }
    expect(await stage.delivery(person)).toMatchObject({
      status: 'waiting',
      reason: 'webhook_unavailable',
    });
    expect(new Set(seen).size).toBe(1);
    stage.receiver.failWith(undefined);
    await stage.replay(person);
    const [arrived] = stage.receiver.bodies;
    expect(`${arrived?.id} ${arrived?.body}`).toBe(seen[0]);
    expect(stage.receiver.refusals).toEqual([]);
  });

  it('whose answer was lost gets the same event under the same ID again', async () => {
    stage.receiver.failWith({ answerLost: 'whole', times: 1 });
    await stage.run([person]);
    stage.consumer.nowMs += 10_000;
    await stage.run([person]);
    expect(stage.receiver.bodies).toHaveLength(2);
    expect(stage.receiver.events.size).toBe(1);
    expect(stage.receiver.refusals).toEqual([]);
  });

  it('does not change what HubSpot gets, and HubSpot is asked first', async () => {
    stage.receiver.failWith({ networkError: 'down' });
    const { explicitAcks } = await stage.run([person]);
    expect(explicitAcks).toEqual([]);
    expect(stage.consumer.world.hubspot.contact(person.email ?? '')).toBeDefined();
  });

  it('that is slow holds a batch up once, not for each event, and delays nothing in HubSpot', async () => {
    const people = Array.from({ length: 10 }, () => stage.consumer.signup());
    stage.receiver.failWith({ networkError: 'The operation timed out.' });
    // The limit of the receiver is over at once, those of others never.
    const unmocked = globalThis.setTimeout;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((handler, ms) => {
      if (ms === 5_000) handler();
      return unmocked(() => undefined, 0);
    });
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    await stage.run(people);
    expect(stage.receiver.requests.length).toBeLessThanOrEqual(5);
    const reasons = await Promise.all(
      people.map(async (one) => (await stage.delivery(one))?.reason),
    );
    expect(new Set(reasons)).toEqual(new Set(['webhook_timeout', 'requests_used_up']));
    for (const { email = '' } of people) {
      expect(stage.consumer.world.hubspot.contact(email)).toBeDefined();
    }
  });

  it('gets every event of a burst of 200 once, with 50 requests an invocation', async () => {
    const people = Array.from({ length: 200 }, () => stage.consumer.signup());
    let open: readonly Signup[] = people;
    let most = 0;
    for (let round = 0; round < 60 && open.length > 0; round += 1) {
      const before = stage.receiver.requests.length;
      await stage.run(open.slice(0, 40), 50);
      most = Math.max(most, stage.receiver.requests.length - before);
      stage.consumer.nowMs += 6_000;
      const rows = await Promise.all(open.map(({ id }) => row(id)));
      open = open.filter((_, index) => rows[index]?.status !== 'delivered');
    }
    expect(stage.receiver.events.size).toBe(200);
    expect(stage.receiver.bodies).toHaveLength(200);
    expect(stage.receiver.refusals).toEqual([]);
    expect(most).toBeLessThanOrEqual(48);
  });

  it('gets back at its own pace: Retry-After counts', async () => {
    stage.receiver.failWith({ status: 429, headers: { 'retry-after': '120' }, times: 1 });
    await stage.run([person]);
    expect(await stage.delivery(person)).toMatchObject({
      reason: 'webhook_rate_limited',
      attempts: 0,
    });
    stage.consumer.nowMs += 60_000;
    await stage.run([person]);
    expect(stage.receiver.requests).toHaveLength(1);
    stage.consumer.nowMs += 61_000;
    await stage.run([person]);
    expect(types()).toEqual(['signup.enriched']);
  });

  it.each([400, 404, 409, 413, 422])(
    'that refuses the event with %d is named, and a replay sends it again',
    async (status) => {
      stage.receiver.failWith({ status });
      await stage.run([person]);
      expect(await stage.delivery(person)).toMatchObject({
        status: 'failed',
        reason: 'webhook_event_refused',
        detail: `HTTP ${status}`,
      });
      stage.receiver.failWith(undefined);
      await stage.replay(person);
      expect(types()).toEqual(['signup.enriched']);
    },
  );

  it('that redirects is not followed', async () => {
    stage.receiver.failWith(redirectTo('https://elsewhere.example/', 307));
    await stage.run([person]);
    expect(await stage.delivery(person)).toMatchObject({
      status: 'waiting',
      reason: 'webhook_request_refused',
      detail: 'HTTP 307',
    });
    expect(stage.receiver.requests).toHaveLength(1);
  });

  it('that answers one event badly gets the others of the batch', async () => {
    const others = [1, 2, 3].map(() => stage.consumer.signup());
    stage.receiver.failWith(async (request) =>
      (await request.text()).includes(`"${person.id}"`) ? { status: 500 } : undefined,
    );
    await stage.run([person, ...others]);
    expect(stage.events().map(({ data }) => data.id)).toEqual(others.map(({ id }) => id));
  });
});

describe('the signature', () => {
  it('is good under the old and under the new secret while it is rotated', async () => {
    stage.settings.WEBHOOK_SECRET = `${OLD_SECRET} ${stage.settings.WEBHOOK_SECRET}`;
    await stage.run([person]);
    expect(types()).toEqual(['signup.enriched']);
  });

  it('that the receiver does not accept waits for the operator', async () => {
    stage.settings.WEBHOOK_SECRET = OLD_SECRET;
    await stage.run([person]);
    expect(await stage.delivery(person)).toMatchObject({
      status: 'waiting',
      reason: 'webhook_unauthorized',
    });
  });
});

describe('the condition', () => {
  it('leaves a signup out, until a refresh lets it in', async () => {
    stage.settings.WEBHOOK_WHEN = '{"score":">=90"}';
    await stage.run([person]);
    expect(stage.receiver.requests).toEqual([]);
    expect(await stage.delivery(person)).toMatchObject({
      status: 'skipped',
      reason: 'left_out_by_condition',
    });
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
    stage.consumer.world.visitor({
      visitorId: person.visitorId,
      prediction: { score: 95, conversionRate: 0.1, expectedValue: 3, confidence: 0.8 },
    });
    stage.consumer.nowMs += HOUR_MS;
    await stage.refresh(person);
    expect(types()).toEqual(['signup.enriched']);
  });
});

describe('a receiver that answers 410', () => {
  const stop = async () => {
    stage.receiver.failWith({ status: 410 });
    await stage.run([person]);
    stage.receiver.failWith(undefined);
    stage.receiver.forgetRequests();
  };
  const another = async () => {
    const signup = stage.consumer.signup();
    await stage.run([signup]);
    return signup;
  };

  it('gets nothing more, and the ledger says why', async () => {
    await stop();
    expect(await stage.delivery(person)).toMatchObject({
      status: 'failed',
      reason: 'webhook_gone',
    });
    const later = await another();
    expect(stage.receiver.requests).toEqual([]);
    expect(await stage.delivery(later)).toMatchObject({
      status: 'skipped',
      reason: 'destination_stopped',
    });
    expect(await row(later.id)).toMatchObject({ status: 'delivered' });
  });

  it('stops the rest of its batch as well', async () => {
    const people = Array.from({ length: 9 }, () => stage.consumer.signup());
    stage.receiver.failWith({ status: 410 });
    await stage.run(people);
    expect(stage.receiver.requests.length).toBeLessThanOrEqual(5);
    for (const signup of people) {
      expect(await stage.delivery(signup)).toMatchObject({
        status: 'failed',
        reason: 'webhook_gone',
      });
    }
  });

  it('gets events again when the address changes', async () => {
    await stop();
    stage.settings.WEBHOOK_URL = 'https://other.example/whence';
    await another();
    expect(types()).toEqual(['signup.enriched']);
  });

  it('gets events again when the operator says so, and what was skipped by a replay', async () => {
    await stop();
    const later = await another();
    expect(await removeStopped(env.LEDGER, 'webhook')).toBe(true);
    await stage.replay(person);
    await stage.replay(later);
    expect(stage.events().map(({ data }) => data.id)).toEqual([person.id, later.id]);
  });

  it('is kept without its address', async () => {
    await stop();
    const [stopped] = await readStopped(env.LEDGER);
    expect(stopped).toMatchObject({ name: 'webhook', reason: 'webhook_gone' });
    expect(JSON.stringify(stopped)).not.toContain('receiver.example');
  });
});

describe('a person who is erased', () => {
  const erase = () =>
    eraseElsewhere({ ledger: env.LEDGER, destinations: stage.open() }, person.email ?? '');

  it('is told to the receiver by the IDs of their signups, and by the address only where it may leave', async () => {
    const other = stage.consumer.signup({ email: person.email });
    await stage.run([person, other]);
    expect(await erase()).toMatchObject([{ name: 'webhook', status: 'delivered', reason: null }]);
    expect([...stage.receiver.forgotten].sort()).toEqual([person.id, other.id].sort());
    expect(stage.receiver.refusals).toEqual([]);
    stage.settings.WEBHOOK_FIELDS = 'email';
    expect(await erase()).toMatchObject([{ status: 'delivered' }]);
  });

  it('of whom nothing was told makes no event', async () => {
    expect(await erase()).toMatchObject([
      { name: 'webhook', status: 'skipped', reason: 'webhook_nothing_to_erase' },
    ]);
    expect(stage.receiver.requests).toEqual([]);
  });

  it('waits while the receiver is down', async () => {
    await stage.run([person]);
    stage.receiver.failWith({ status: 503 });
    expect(await erase()).toMatchObject([{ status: 'waiting', reason: 'webhook_unavailable' }]);
  });
});
