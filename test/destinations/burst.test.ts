// Two hundred people at once, through the queue's consumer: how many requests HubSpot sees, and who arrives.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import { type ConsumeDependencies, consumeSignups } from '../../src/delivery/consume.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import { readSignup } from '../../src/ledger/query.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import type { Signup, Visitor } from '../../src/model.ts';
import { createWorld, type World } from '../world.ts';

const BATCH = 40;
const PEOPLE = 200;
const NOON = '2026-11-23T12:00:00.000Z';

let world: World;
let logged: string[];
beforeEach(async () => {
  world = await createWorld(() => Date.parse(NOON));
  logged = [];
});

function dependencies(): ConsumeDependencies {
  const now = () => Date.parse(NOON);
  const values = new Map([['HUBSPOT_TOKEN', env.HUBSPOT_TOKEN]]);
  return {
    searchVisitors: async (wanted) => ({
      known: new Map(
        wanted.map(({ visitorId }) => {
          const visitor: Visitor = { visitorId, params: {}, clickIds: {}, pages: [], goals: [] };
          return [visitorId, { kind: 'found', visitor, fetchedAt: NOON }];
        }),
      ),
      ask: async () => new Map(),
      keep: async () => undefined,
    }),
    within: (_, work) => work,
    attribute,
    journey,
    destinations: openDestinations(values, new Map(), { fetch: world.fetch, now }),
    ledger: env.LEDGER,
    ledgerWatch: newLedgerWatch(),
    forgetVisitor: async () => undefined,
    now,
    random: () => 0.5,
    requestsLeft: () => Number.POSITIVE_INFINITY,
    statementsLeft: () => Number.POSITIVE_INFINITY,
    enqueueLater: async () => {},
    log: (_, event, fields) => logged.push(JSON.stringify({ event, ...fields })),
  };
}

const person = (index: number, email = `burst${index}@example.com`): Signup => ({
  version: 1,
  id: `signup:burst_${index}`,
  source: 'signup',
  email,
  visitorId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  occurredAt: NOON,
  receivedAt: NOON,
  test: false,
});

async function consume(signups: readonly Signup[], overrides: Partial<ConsumeDependencies> = {}) {
  let acknowledged = 0;
  for (let start = 0; start < signups.length; start += BATCH) {
    const batch = createMessageBatch(
      'whence-signups',
      signups.slice(start, start + BATCH).map((body, index) => ({
        id: String(start + index),
        timestamp: new Date(NOON),
        attempts: 1,
        body,
      })),
    );
    await consumeSignups({ ...dependencies(), ...overrides }, batch);
    acknowledged += (await getQueueResult(batch, createExecutionContext())).explicitAcks.length;
  }
  return acknowledged;
}

describe('a burst of 200 signups of 200 people', () => {
  it('costs HubSpot at most 0.06 requests per signup', async () => {
    const everybody = Array.from({ length: PEOPLE }, (_, index) => person(index));
    expect(await consume(everybody)).toBe(PEOPLE);
    expect(world.hubspot.contacts()).toHaveLength(PEOPLE);
    expect(world.hubspot.requests.length / PEOPLE).toBeLessThanOrEqual(0.06);
    expect(world.hubspot.undocumented).toEqual([]);
  });

  it('with one bad record in a hundred arrives without these, and they are named', async () => {
    const bad = [17, 130];
    const everybody = Array.from({ length: PEOPLE }, (_, index) =>
      person(index, bad.includes(index) ? `burst${index}@example.con` : undefined),
    );
    expect(await consume(everybody)).toBe(PEOPLE);
    expect(world.hubspot.contacts()).toHaveLength(PEOPLE - bad.length);
    expect(world.hubspot.requests.length / PEOPLE).toBeLessThanOrEqual(0.06);
    for (const index of bad) {
      expect(await readSignup(env.LEDGER, `signup:burst_${index}`)).toMatchObject({
        status: 'failed',
        deliveries: [
          {
            reason: 'hubspot_contact_refused',
            detail: expect.stringContaining('INVALID_EMAIL email'),
          },
        ],
      });
    }
    expect(logged.join()).toContain('hubspot_contact_refused');
    expect(logged.join()).not.toContain('@');
  });

  it('of a portal that lacks a property arrives without it, which ledger and log name', async () => {
    world.hubspot.archiveProperty('datafast_match');
    const everybody = Array.from({ length: PEOPLE }, (_, index) => person(index));
    expect(await consume(everybody)).toBe(PEOPLE);
    expect(world.hubspot.contacts()).toHaveLength(PEOPLE);
    expect(await readSignup(env.LEDGER, 'signup:burst_7')).toMatchObject({
      status: 'delivered',
      deliveries: [{ reason: 'fields_left_out', detail: 'PROPERTY_DOESNT_EXIST datafast_match' }],
    });
    expect(logged.filter((line) => line.includes('fields_left_out'))).toHaveLength(5);
  });

  it('stopped between HubSpot’s answer and the ledger changes nothing when it is repeated', async () => {
    const everybody = Array.from({ length: BATCH }, (_, index) => person(index));
    const ledger = {
      prepare: (sql: string) => env.LEDGER.prepare(sql),
      batch: <Row>(statements: D1PreparedStatement[]) => {
        if (world.hubspot.contacts().length > 0) throw new Error('the process is gone');
        return env.LEDGER.batch<Row>(statements);
      },
    };
    expect(await consume(everybody, { ledger })).toBe(0);
    const held = () =>
      world.hubspot.contacts().map(({ properties: { lastmodifieddate: _, ...rest } }) => rest);
    const before = held();
    expect(before).toHaveLength(BATCH);
    expect(await consume(everybody)).toBe(BATCH);
    expect(held()).toEqual(before);
    expect(await readSignup(env.LEDGER, 'signup:burst_3')).toMatchObject({ status: 'delivered' });
  });
});
