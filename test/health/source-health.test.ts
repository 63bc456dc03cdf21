// What each source sends is counted, shown and explained: the real Worker, ledger and queue.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DoctorReport } from '../../src/api/doctor.ts';
import { Sources } from '../../src/api/sources.ts';
import { newWebhookCounter } from '../../src/health/count-webhooks.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import {
  addWebhookCounts,
  readSourceCounts,
  type WebhookCount,
} from '../../src/ledger/source-counts.ts';
import { worker } from '../worker-under-test.ts';
import { ask, createWorld, send, somebody, type World, webhook } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

/** Posts to the Worker, and waits for what it writes after the answer. */
async function post(request: Request): Promise<Response> {
  const context = createExecutionContext();
  const response = await worker.fetch(
    new Request<unknown, IncomingRequestCfProperties>(request),
    env,
    context,
  );
  await waitOnExecutionContext(context);
  return response;
}

async function sourceOf(name: string) {
  const { sources } = Sources.parse(await (await ask('/api/sources')).json());
  const source = sources.find((one) => one.source === name);
  if (!source) throw new Error(`no ${name}`);
  return source;
}
async function linesAbout(name: string) {
  const { checks } = DoctorReport.parse(await (await ask('/api/doctor')).json());
  return checks.filter((check) => check.name === 'webhooks' && check.what.startsWith(`${name}:`));
}

/** A genuine webhook under another secret. */
async function forged(source: string): Promise<Request> {
  const request = await webhook(source, somebody());
  const headers = new Headers(request.headers);
  headers.set('stripe-signature', `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`);
  return new Request(request, { headers });
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const counted = (more: Partial<WebhookCount>): WebhookCount => ({
  source: 'stripe',
  kind: 'ignored',
  reason: 'renewal',
  count: 1,
  firstAt: minutesAgo(1),
  lastAt: minutesAgo(1),
  ...more,
});
async function arrived(source: string, more: Parameters<typeof somebody>[0] = {}) {
  const before = (await sourceOf(source)).today.accepted;
  expect((await send(source, somebody(more))).status).toBe(200);
  await vi.waitUntil(async () => (await sourceOf(source)).today.accepted > before, {
    timeout: 10_000,
  });
}

describe('a source', () => {
  it('that is on and has sent nothing is listed with zeros', async () => {
    expect(await sourceOf('stripe')).toMatchObject({
      isOn: true,
      lastHeardAt: null,
      refusedInARow: 0,
      last30Days: { accepted: 0, visitorIdShare: null, ignored: {}, refused: {} },
    });
  });

  it('shows its signups, and how many brought a visitor ID', async () => {
    await arrived('stripe', { visitorId: world.visitor() });
    await arrived('stripe');
    const { today, last7Days, lastAcceptedAt, lastHeardAt } = await sourceOf('stripe');
    expect(today).toMatchObject({ accepted: 2, withVisitorId: 1, visitorIdShare: 0.5 });
    expect(last7Days).toEqual(today);
    expect(lastAcceptedAt).toBe(lastHeardAt);
    expect((await sourceOf('clerk')).today.accepted).toBe(0);
  });

  it('counts a signup once, however often its message comes', async () => {
    const person = somebody({ visitorId: world.visitor() });
    for (let time = 0; time < 3; time += 1) await send('stripe', person);
    await arrived('clerk');
    expect((await sourceOf('stripe')).today.accepted).toBe(1);
  });

  it('shows what was refused and why, and strangers learn nothing of it', async () => {
    const response = await post(await forged('stripe'));
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('signature_mismatch');
    const { today, lastRefusedAt, lastHeardAt } = await sourceOf('stripe');
    expect(today.refused).toEqual({ signature_mismatch: 1 });
    expect(lastRefusedAt).not.toBeNull();
    expect(lastHeardAt).toBeNull();
  });

  it('without a secret shows what came in vain', async () => {
    const request = new Request('https://whence.example/webhooks/paddle', { method: 'POST' });
    expect((await post(request)).status).toBe(503);
    expect(await sourceOf('paddle')).toMatchObject({
      isOn: false,
      today: { refused: { no_secret: 1 } },
    });
  });

  it('that sends genuine events of no use is heard', async () => {
    await addWebhookCounts(env.LEDGER, [counted({})]);
    const { lastHeardAt, lastAcceptedAt } = await sourceOf('stripe');
    expect(lastHeardAt).not.toBeNull();
    expect(lastAcceptedAt).toBeNull();
  });

  it('is counted by the consumer: an accepted webhook touches no storage', async () => {
    const prepare = vi.spyOn(env.LEDGER, 'prepare');
    const response = await post(await webhook('stripe', somebody()));
    expect(response.status).toBe(200);
    expect(prepare).not.toHaveBeenCalled();
  });
});

describe('the doctor', () => {
  it('says nothing bad of a source that works', async () => {
    await arrived('stripe', { visitorId: world.visitor() });
    expect(await linesAbout('stripe')).toMatchObject([
      { status: 'ok', what: expect.stringMatching(/last heard at .*; 1 in 7 days$/) },
    ]);
    // Setup makes up this secret for everybody.
    expect(await linesAbout('signup')).toMatchObject([{ status: 'ok' }]);
    expect(await linesAbout('clerk')).toMatchObject([
      { status: 'warning', fix: expect.stringContaining('remove CLERK_WEBHOOK_SECRET') },
    ]);
  });

  it('names a secret that is wrong, and takes it back when a genuine webhook comes', async () => {
    const wrong = { kind: 'refused', reason: 'signature_mismatch', count: 5 } as const;
    await addWebhookCounts(env.LEDGER, [counted({ ...wrong, lastAt: minutesAgo(5) })]);
    expect(await linesAbout('stripe')).toMatchObject([
      {
        status: 'problem',
        what: 'stripe: 5 were refused, none was genuine. The signature does not fit the secret.',
        fix: expect.stringContaining('STRIPE_WEBHOOK_SECRET'),
      },
    ]);
    await arrived('stripe');
    expect((await sourceOf('stripe')).refusedInARow).toBe(0);
    expect(await linesAbout('stripe')).toMatchObject([{ status: 'ok' }]);
  });

  it('does not mind a stranger between genuine webhooks', async () => {
    const wrong = { kind: 'refused', reason: 'header_missing', count: 4 } as const;
    await addWebhookCounts(env.LEDGER, [counted({ ...wrong, lastAt: minutesAgo(5) })]);
    await arrived('stripe');
    const now = new Date(Date.now() + 1000).toISOString();
    await addWebhookCounts(env.LEDGER, [counted({ ...wrong, firstAt: now, lastAt: now })]);
    expect((await sourceOf('stripe')).refusedInARow).toBe(4);
    expect(await linesAbout('stripe')).toMatchObject([{ status: 'ok' }]);
  });

  it.each(['ignored', 'refused'] as const)(
    'names genuine events that are of no use (%s)',
    async (kind) => {
      await addWebhookCounts(env.LEDGER, [
        counted({ kind, reason: 'event_type_missing', count: 3 }),
      ]);
      expect(await linesAbout('stripe')).toMatchObject([
        {
          status: 'problem',
          what: expect.stringContaining('3 genuine events, none of them a signup'),
          fix: expect.stringContaining('docs/sources.md#stripe'),
        },
      ]);
    },
  );

  it('names a source whose events are never a signup', async () => {
    await addWebhookCounts(env.LEDGER, [counted({ reason: 'not_a_signup_event', count: 12 })]);
    expect(await linesAbout('stripe')).toMatchObject([
      { status: 'warning', what: expect.stringContaining('12 genuine events in 30 days') },
    ]);
    await arrived('stripe');
    expect(await linesAbout('stripe')).toMatchObject([{ status: 'ok' }]);
  });
});

describe('the counter', () => {
  function open(ledger: LedgerDatabase = env.LEDGER) {
    const clock = { ms: Date.parse('2026-11-26T23:58:30.000Z') };
    const logged: string[] = [];
    const count = newWebhookCounter({
      ledger,
      now: () => clock.ms,
      log: (_, event) => logged.push(event),
    });
    const refused = { source: 'stripe', kind: 'refused', reason: 'signature_mismatch' } as const;
    const read = () => readSourceCounts(env.LEDGER, 30, clock.ms);
    return { clock, logged, count, refused, read };
  }

  it('writes at most once a minute, one row for each source, day and reason', async () => {
    const { clock, count, refused, read } = open();
    await count(refused);
    for (let n = 0; n < 500; n += 1) {
      clock.ms += 100;
      expect(
        count(n % 2 === 0 ? refused : { ...refused, reason: 'header_missing' }),
      ).toBeUndefined();
    }
    clock.ms += 10_000;
    const writing = count(undefined);
    expect(writing).toBeInstanceOf(Promise);
    await writing;
    const rows = await read();
    expect(rows.map(({ reason, count: n, run }) => [reason, n, run])).toEqual([
      ['header_missing', 250, 250],
      ['signature_mismatch', 251, 251],
    ]);
    expect(count(undefined)).toBeUndefined();
  });

  it('puts each webhook on its own day', async () => {
    const { clock, count, refused, read } = open();
    await count({ ...refused, kind: 'ignored' });
    expect(count(refused)).toBeUndefined();
    clock.ms += 90_000;
    await count(refused);
    expect((await read()).map(({ day, kind }) => `${day} ${kind}`)).toEqual([
      '2026-11-27 refused',
      '2026-11-26 ignored',
      '2026-11-26 refused',
    ]);
  });

  it('loses nothing while the ledger is away', async () => {
    let isDown = true;
    const away: LedgerDatabase = {
      prepare: (statement) => {
        if (isDown) throw new Error('D1_ERROR: the ledger is away');
        return env.LEDGER.prepare(statement);
      },
      batch: (statements) => env.LEDGER.batch(statements),
    };
    const { clock, count, refused, read, logged } = open(away);
    await count(refused);
    expect(logged).toEqual(['counts_not_written']);
    isDown = false;
    clock.ms += 60_000;
    await count(refused);
    expect(await read()).toMatchObject([{ count: 2, firstAt: '2026-11-26T23:58:30.000Z' }]);
  });

  it('remembers the longest silence of a day', async () => {
    const { read } = open();
    const at = (time: string) => `2026-11-26T${time}:00.000Z`;
    for (const time of ['08:00', '09:30', '16:30', '17:00']) {
      await addWebhookCounts(env.LEDGER, [counted({ firstAt: at(time), lastAt: at(time) })]);
    }
    expect(await read()).toMatchObject([
      { gapSeconds: 7 * 3600, firstAt: at('08:00'), lastAt: at('17:00') },
    ]);
  });
});
