// What the first page costs the ledger, however many people it counts: when it is loaded, and when it asks again by itself.
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { keepRollUps } from '../../src/ledger/people/roll-ups.ts';
import { meter } from '../ledger/meter.ts';
import { createWorld } from '../world.ts';
import { ORIGIN, openSession, type Session } from './browser-session.ts';

let session: Session;
beforeEach(async () => {
  await createWorld();
  session = await openSession();
});

const DAYS = 60;
/** One webhook in a hundred has failed. */
const STATUS = "iif(n.i % 100 = 7, 'failed', 'delivered')";

/** Two webhooks for each person, over sixty days until now. */
async function fill(people: number): Promise<void> {
  const now = Date.now();
  const apart = (DAYS * 86_400) / people / 2;
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', ${now / 1000 - DAYS * 86_400} + n.i * ${apart}, 'unixepoch')`;
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${people * 2})`;
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, email, match, status, channel, occurred_at, received_at, updated_at, signup, attribution)
       ${numbers}
       SELECT 'stripe:evt_' || n.i, 'stripe', 'p' || (n.i / 2) || '@example.com', 'matched', ${STATUS}, 'Email', ${at}, ${at}, ${at},
         '{}', json_object('channel', 'Email', 'campaign', 'c' || (n.i / 2 % 50)) FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, delivered_at, history, updated_at)
       ${numbers}
       SELECT 'stripe:evt_' || n.i, 'hubspot', ${STATUS}, 1, iif(n.i % 100 = 7, 'gave_up', NULL), ${at},
         json_array(json_object('at', ${at}, 'status', ${STATUS}, 'refresh', json('false'))), ${at} FROM n`,
    ),
  ]);
  while ((await keepRollUps(env.LEDGER, now)) > 0);
}

/** Somebody signs up now. */
async function signUp(name: string): Promise<void> {
  const at = new Date().toISOString();
  await env.LEDGER.prepare(
    `INSERT INTO signups (id, source, email, match, status, channel, occurred_at, received_at, updated_at, signup)
     VALUES (?1, 'stripe', ?1 || '@example.com', 'matched', 'delivered', 'Email', ?2, ?2, ?2, '{}')`,
  )
    .bind(name, at)
    .run();
}

interface Page {
  status: number;
  html: string;
  etag: string;
  /** Everything that is asked of the ledger for it. */
  read: number;
}

/** `etag`: that of the page that is open, which asks again. */
async function fetchPage(path: string, etag?: string): Promise<Page> {
  const prepare = env.LEDGER.prepare.bind(env.LEDGER);
  const batch = env.LEDGER.batch.bind(env.LEDGER);
  const { ledger, billed } = meter({ prepare, batch });
  const spies = [
    vi.spyOn(env.LEDGER, 'prepare').mockImplementation(ledger.prepare),
    vi.spyOn(env.LEDGER, 'batch').mockImplementation(ledger.batch),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  const headers = { cookie: session.cookie, ...(etag !== undefined && { 'if-none-match': etag }) };
  const response = await exports.default.fetch(`${ORIGIN}${path}`, { headers });
  const html = await response.text();
  for (const spy of spies) spy.mockRestore();
  const { status } = response;
  return { status, html, etag: response.headers.get('etag') ?? '', read: billed.read };
}

/** The coverage looks at the newest signups, and is kept for a while. */
const withCoverage = () => session.html('/');
const peopleIn = (html: string) =>
  Number(/People<\/dt><dd><b>([\d,]+)/.exec(html)?.[1]?.replace(',', ''));

describe.each([500, 6_000])('the first page of %i people', (people) => {
  beforeEach(async () => {
    await fill(people);
    await withCoverage();
  });

  it('reads the rows that it shows: 50 signups, a row for each day, and why others failed', async () => {
    const { html, read } = await fetchPage('/');
    // Thirty of the sixty days, of which today is not over.
    expect(peopleIn(html) / people).toBeCloseTo(0.5, 1);
    expect(html.match(/<tr><td class="pick">/g)).toHaveLength(50);
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(350);
  });

  it('reads a few rows while nothing is new', async () => {
    const { etag } = await fetchPage('/');
    const { status, read } = await fetchPage('/', etag);
    expect(status).toBe(304);
    expect(read).toBeLessThanOrEqual(12);
  });

  it('that asks again reads no more than a load, and not each time why others failed', async () => {
    let { etag } = await fetchPage('/');
    for (const name of ['ada', 'grace', 'joan']) {
      await signUp(name);
      const { status, html, read, etag: next } = await fetchPage('/', etag);
      expect(status).toBe(200);
      expect(html).toContain(`${name}@example.com`);
      expect(read).toBeLessThan(200);
      etag = next;
    }
  });

  it('filters a list for as many rows as it looks at, each twice', async () => {
    const { read } = await fetchPage('/?channel=Email&match=matched');
    expect(read).toBeLessThan(450);
  });
});

it('a comparison with the period before reads a row a day more', async () => {
  await fill(500);
  await withCoverage();
  const { read } = await fetchPage('/');
  const { read: compared } = await fetchPage('/?compare=previous&by=campaign');
  expect(compared - read).toBeGreaterThanOrEqual(29);
  expect(compared - read).toBeLessThanOrEqual(32);
});

/** After how many seconds the open page asks again. */
const pause = async (query: string) =>
  Number(/data-refresh-seconds="(\d+)"/.exec(await session.html(`/${query}`))?.[1]);

it('a page asks again less often where its period is long, or where it looks at many signups for few', async () => {
  await fill(500);
  expect(await pause('')).toBe(15);
  expect(await pause('?days=90')).toBeGreaterThan(20);
  expect(await pause('?days=365')).toBeGreaterThan(60);
  expect(await pause('?days=365&compare=year')).toBeGreaterThan(120);
  expect(await pause('?channel=Email')).toBeLessThan(30);
  // It looks at all signups of the month, and finds none.
  expect(await pause('?match=bot')).toBeGreaterThan(150);
  // Those that have failed have an index.
  expect(await pause('?status=failed')).toBe(15);
});

it('a page asks again every minute where more than 200 signups a day arrive, however few of them it shows', async () => {
  await fill(8_000);
  expect(await pause('')).toBe(60);
  expect(await pause('?status=failed')).toBe(60);
});

it('an open page shows the people of its list as soon as it may count them, also when nobody else comes', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T12:30:00.000Z') });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  session = await openSession();
  const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
  for (let index = 0; index < 60; index += 1) await signUp(`p${index}`);
  const loaded = await fetchPage('/');
  expect(peopleIn(loaded.html)).toBe(60);
  later(5);
  await signUp('ada');
  later(10);
  const listed = await fetchPage('/', loaded.etag);
  expect(listed.html).toContain('ada@example.com');
  later(15);
  const counted = await fetchPage('/', listed.etag);
  expect(counted.status).toBe(200);
  expect(peopleIn(counted.html)).toBe(61);
  expect((await fetchPage('/', counted.etag)).status).toBe(304);
});
