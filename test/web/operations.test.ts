// What an operator orders through the API, and the limits of what is accepted.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { call, settled } from '../operations/operator.ts';
import { createWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

describe('backfill', () => {
  it('accepts signups of the past, each with its own result, and the same signups again change nothing', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'chatgpt.com' } });
    const rows = [
      { email: 'Ada@Example.com', signed_up_at: '2026-10-01T08:00:00Z', visitor_id: visitorId },
      { email: 'not an address', signed_up_at: '2026-10-01T08:00:00Z' },
      { email: 'bob@example.com', signed_up_at: '2026-10-02', name: 'Bob' },
      { email: 'eve@example.com', signed_up_at: '2031-01-01' },
    ];
    const response = await call('POST', '/api/signups', { signups: rows });
    const { items } = await response.json<{ items: { status: string; id: string }[] }>();
    expect(items.map(({ status }) => status)).toEqual([
      'accepted',
      'refused',
      'accepted',
      'refused',
    ]);
    await settled(items[0]?.id ?? '', 'delivered');
    await settled(items[2]?.id ?? '', 'delivered');
    expect(world.hubspot.contact('ada@example.com')?.properties).toMatchObject({
      datafast_channel: 'AI Assistant',
      datafast_signup_source: 'backfill',
      datafast_signed_up_at: expect.stringContaining('2026-10-01T08:00:00'),
    });

    const again = await call('POST', '/api/signups', { signups: rows });
    expect(await again.json()).toEqual({ items });
    expect(world.hubspot.contacts()).toHaveLength(2);
  });

  it.each([
    ['nothing', {}],
    ['no list', { signups: 'ada@example.com' }],
    ['an empty list', { signups: [] }],
    ['more than a hundred', { signups: Array.from({ length: 101 }, () => ({})) }],
  ])('refuses %s', async (_, body) => {
    expect((await call('POST', '/api/signups', body)).status).toBe(400);
  });

  const past = { email: 'ada@example.com', signed_up_at: '2026-10-01' };
  const answerTo = async (row: object) => {
    const response = await call('POST', '/api/signups', { signups: [row] });
    const { items } = await response.json<{ items: { status: string; id?: string }[] }>();
    return items[0];
  };

  it.each(['visitor_id', 'visitorId', 'datafast_visitor_id', 'datafastVisitorId'])(
    'takes the visitor ID as %s',
    async (name) => {
      const visitorId = world.visitor({ params: { utm_source: 'chatgpt.com' } });
      const answer = await answerTo({ ...past, [name]: visitorId });
      await settled(answer?.id ?? '', 'delivered');
      expect(world.hubspot.contact('ada@example.com')?.properties).toMatchObject({
        datafast_visitor_id: visitorId,
      });
    },
  );

  it.each([
    [{ ...past, vistor_id: 'x' }, '“vistor_id”'],
    [{ ...past, utm_source: 'google', phone: '1' }, '“utm_source”, “phone”'],
    [{ ...past, visitor_id: 'a', visitorId: 'b' }, 'visitor_id is given twice'],
    [{ ...past, email_verified: 'perhaps' }, 'email_verified is neither true nor false'],
    [{ ...past, email: 'k3f9@anonymous.placeholder.invalid' }, 'email is not an email address'],
  ])('refuses %j, and names the key', async (row, problem) => {
    expect(await answerTo(row)).toEqual({
      status: 'refused',
      problem: expect.stringContaining(problem),
    });
  });

  it('does not change a contact that exists when the address is not verified', async () => {
    world.hubspot.addContact({ email: past.email });
    const visitor_id = world.visitor({ params: { utm_source: 'chatgpt.com' } });
    const answer = await answerTo({ ...past, visitor_id, email_verified: false });
    await settled(answer?.id ?? '', 'waiting');
    expect(world.hubspot.contact(past.email)?.properties.datafast_visitor_id).toBeFalsy();
  });

  it('never puts an email into an id', async () => {
    const response = await call('POST', '/api/signups', {
      signups: [{ email: 'ada@example.com', signed_up_at: '2026-10-01' }],
    });
    expect(await response.text()).not.toContain('ada');
  });
});

describe('a replay with a reason that Whence does not know', () => {
  it.each([{}, { dryRun: true }])(
    'is refused, and the nearest reason is named: %j',
    async (more) => {
      const body = { status: 'failed', reason: 'gave_upp', ...more };
      const response = await call('POST', '/api/replay', body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        detail: 'reason is not a reason code; the nearest one is gave_up.',
        errors: [{ pointer: '#/reason' }],
      });
    },
  );

  it('is not refused when the ledger has the reason, from another version', async () => {
    const at = '2026-11-01T09:00:00.000Z';
    await env.LEDGER.batch([
      env.LEDGER.prepare(
        `INSERT INTO signups (id, source, status, occurred_at, received_at, updated_at, signup)
         VALUES ('stripe:1', 'stripe', 'failed', ?1, ?1, ?1, '{}')`,
      ).bind(at),
      env.LEDGER.prepare(
        `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, updated_at)
         VALUES ('stripe:1', 'hubspot', 'failed', 1, 'of_tomorrow', ?1)`,
      ).bind(at),
    ]);
    const body = { status: 'failed', reason: 'of_tomorrow', dryRun: true };
    const counted = await call('POST', '/api/replay', body);
    expect(await counted.json()).toMatchObject({ total: 1 });
  });
});

describe('an operation', () => {
  it.each([
    ['POST', '/api/signups/signup%3Anobody/replay', undefined, 404],
    ['POST', '/api/replay', { status: 'nonsense' }, 400],
    ['POST', '/api/replay', { receivedFrom: 'yesterday' }, 400],
    ['POST', '/api/replay', { stauts: 'skipped' }, 400],
  ])('%s %s with %j is answered %d', async (method, path, body, status) => {
    expect((await call(method, path, body)).status).toBe(status);
  });
});
