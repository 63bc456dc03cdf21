// The weekly digest: once, on Monday, with people and not events, and nothing about a person.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { DigestEvent } from '../../src/api/alerts.ts';
import { sendDigest } from '../../src/maintenance/send-digest.ts';
import { createWorld } from '../world.ts';

/** A Monday. */
const MONDAY = Date.parse('2026-11-23T08:00:00.000Z');
let sent: Request[];
let answer: number;
beforeEach(async () => {
  await createWorld();
  sent = [];
  answer = 204;
});

const run = (ms: number, more: object = {}) =>
  sendDigest({
    ledger: env.LEDGER,
    receiver: { url: 'https://ops.example.com/x', secrets: [], isWeekly: true, ...more },
    fetch: async (input, init) => {
      sent.push(new Request(input, init));
      return new Response(null, { status: answer });
    },
    now: () => ms,
  });

let rows = 0;
async function signup(
  daysAgo: number,
  more: { email?: string; channel?: string; campaign?: string; status?: string },
) {
  rows += 1;
  const { email = `p${rows}@example.com`, channel = null, campaign, status = 'delivered' } = more;
  const at = new Date(MONDAY - daysAgo * 86_400_000).toISOString();
  await env.LEDGER.prepare(
    `INSERT INTO signups (id, source, email, match, status, channel, attribution, occurred_at, received_at, updated_at, signup)
     VALUES (?1, 'stripe', ?2, iif(?3 IS NULL, 'no_visitor_id', 'matched'), ?6, ?3, ?4, ?5, ?5, ?5, '{}')`,
  )
    .bind(
      `stripe:${rows}`,
      email,
      channel,
      campaign ? JSON.stringify({ campaign }) : null,
      at,
      status,
    )
    .run();
}

describe('the weekly digest', () => {
  it('says what the week brought against the week before', async () => {
    for (let n = 0; n < 4; n += 1)
      await signup(1 + n, { channel: 'Paid Search', campaign: 'brand-eu' });
    await signup(2, { channel: 'Email', campaign: 'news' });
    await signup(2, {});
    await signup(9, { channel: 'Paid Search' });
    await signup(0, { channel: 'Email' });
    await run(MONDAY);
    const body = (await sent[0]?.text()) ?? '';
    expect(DigestEvent.strict().parse(JSON.parse(body)).data).toEqual({
      from: '2026-11-16',
      until: '2026-11-23',
      signups: 6,
      signupsBefore: 1,
      matchRate: 0.833,
      matchRateBefore: 1,
      channels: [
        { channel: 'Paid Search', signups: 4, before: 1 },
        { channel: 'Email', signups: 1, before: 0 },
        { channel: null, signups: 1, before: 0 },
      ],
      bestCampaign: { name: 'brand-eu', signups: 4 },
      broken: [],
      url: null,
    });
    expect(body).not.toContain('@');
  });

  it('counts a person who came by two providers once, and leaves out who was skipped', async () => {
    await signup(1, { email: 'ada@example.com' });
    await signup(2, { email: 'ada@example.com', channel: 'Email' });
    await signup(2, { status: 'skipped' });
    await run(MONDAY);
    expect(await sent[0]?.json()).toMatchObject({
      data: { signups: 1, channels: [{ channel: 'Email', signups: 1 }], matchRate: 1 },
    });
  });

  it('is sent once, on Monday from eight on', async () => {
    const hour = 3_600_000;
    for (const at of [-24 * hour, -hour, 0, hour, 12 * hour, 24 * hour]) await run(MONDAY + at);
    expect(sent).toHaveLength(1);
    await run(MONDAY + 7 * 24 * hour);
    expect(sent).toHaveLength(2);
  });

  it('is sent again by a later run of the Monday while the receiver is away', async () => {
    answer = 500;
    await run(MONDAY);
    answer = 200;
    await run(MONDAY + 300_000);
    await run(MONDAY + 600_000);
    expect(sent.map(({ headers }) => headers.get('webhook-id'))).toEqual([
      'digest_2026-11-23',
      'digest_2026-11-23',
    ]);
  });

  it('is sent to nobody who does not want it', async () => {
    await run(MONDAY, { isWeekly: false });
    expect(sent).toEqual([]);
  });

  it('is a readable message in a chat', async () => {
    await signup(1, { channel: 'Paid Search', campaign: '<!channel>' });
    await run(MONDAY, { url: 'https://hooks.slack.com/services/x' });
    const { text } = (await (sent[0]?.json() ?? Promise.resolve({ text: '' }))) as { text: string };
    expect(text).toContain('1 signups (the week before: 0)');
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).toContain('Nothing is broken.');
  });
});
