// The operator's pages as the server sends them, which is what a reader without a script sees.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { destinations } from '../../src/destinations/index.ts';
import { allReasons } from '../../src/health/all-reasons.ts';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { MATCHES, type Signup } from '../../src/model.ts';
import { readConfig } from '../../src/settings/config.ts';
import { sources } from '../../src/sources/index.ts';
import { routes } from '../../src/web/app.ts';
import { explainDelivery } from '../../src/web/dashboard/explain.ts';
import { MATCH_WORDS } from '../../src/web/dashboard/match-words.ts';
import { readQuestion } from '../../src/web/dashboard/overview/page-query.ts';
import { createWorld, send, somebody, type World } from '../world.ts';
import { openSession, type Session } from './browser-session.ts';

let world: World;
let session: Session;
beforeEach(async () => {
  world = await createWorld();
  session = await openSession();
});

/** A destination of another kind, without a preview. */
const opened = { name: 'other', label: 'Other CRM', fields: [] };
const NO_ATTRIBUTION = {
  channel: 'Unknown' as const,
  paid: false,
  evidence: [],
  rulesVersion: 'x',
};

const at = () => new Date().toISOString();
async function recorded(id: string, entry: Partial<LedgerEntry> = {}, of: Partial<Signup> = {}) {
  const signup = {
    version: 1 as const,
    id,
    source: 'signup',
    email: 'ada@example.com',
    occurredAt: at(),
    receivedAt: at(),
    test: false,
    ...of,
  };
  const attempts = [{ destination: 'hubspot', status: 'delivered' as const }];
  await recordEntries(env.LEDGER, [{ signup, match: 'no_visitor_id', attempts, ...entry }], at());
}
/** As a reader sees it: without tags, with single spaces. */
const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
const read = async (path: string) => textOf(await session.html(path));

describe('the overview', () => {
  it('says the same of a converting touch in each of its parts', async () => {
    const attribution = { ...NO_ATTRIBUTION, channel: 'Paid Search' as const };
    await recorded('signup:1', { match: 'matched', attribution });
    const converting = { match: 'matched', attribution, conversion: { channel: 'Email' } } as const;
    await recorded('signup:2', converting, { email: 'bo@example.com' });
    expect(await read('/')).toContain('Source known 100% 2 of 2');
    const html = await session.html('/?touch=converting');
    const text = textOf(html);
    expect(text).toContain('Source known 50% 1 of 2');
    expect(text).toMatch(/1 Nothing says what brought them on the visit of the signup\./);
    // The visitor is known, so nobody is without one.
    expect(text).toContain('Not known 1 50%');
    expect(text).not.toContain('No visitor 1');
    const [, link = ''] = /href="([^"]+)">1<\/a> Nothing says/.exec(html) ?? [];
    const lost = await read(link.replaceAll('&amp;', '&'));
    expect(lost).toContain('ada@example.com');
    expect(lost).not.toContain('bo@example.com');
  });

  it.each([
    ['not looked up, as while DataFast is down', undefined],
    ...MATCHES.map((one) => [one, one] as const),
  ] as const)(
    'counts the same in the funnel and in the table of coverage: %s',
    async (_, match) => {
      const visitorId = crypto.randomUUID();
      const attempts = [{ destination: 'hubspot', status: 'waiting' as const }];
      await recorded('signup:1', { match, attempts }, { visitorId });
      await recorded('signup:2', { match: 'matched' }, { email: 'bo@example.com', visitorId });
      await recorded('signup:3', {}, { email: 'cy@example.com' });
      const html = await session.html('/');
      const ofFunnel = [/With a visitor ID (\d)/, /Visitor known (\d)/].map(
        (step) => step.exec(textOf(html.slice(html.indexOf('id="funnel"'))))?.[1],
      );
      const ofTable = ['With visitor ID', 'Visitor known'].map(
        (name) => new RegExp(`data-name="${name}">(\\d)<`).exec(html)?.[1],
      );
      expect(ofTable).toEqual(ofFunnel);
    },
  );

  it('claims nothing of nobody', async () => {
    await recorded('signup:1');
    const text = await read('/?from=2020-01-01&to=2020-01-02');
    expect(text).toContain('Nobody signed up.');
    expect(text).not.toMatch(/– have paid|– each/);
    const compared = await read('/?from=2020-01-01&to=2020-01-02&compare=previous');
    expect(compared).not.toContain('before: –');
  });

  it.each([
    ['from a moment on that day', '2026-11-24T10:00:00.000Z', '2026-11-24T10:00:00.000Z'],
    ['without a first day that cannot be read', 'yesterday', undefined],
  ])('takes a last day as it is given, %s', (_, given, from) => {
    const to = '2026-11-24';
    const question = readQuestion(new URLSearchParams({ from: given, to }), 'UTC', Date.now());
    expect({ from: question.from, to: question.to }).toEqual({ from, to });
  });

  it('shows the days between two dates, whichever was filled in first', async () => {
    await recorded('signup:1', {}, { occurredAt: '2026-11-10T09:00:00.000Z' });
    const turned = await session.html('/?from=2026-11-20&to=2026-11-01');
    expect(turned).toContain('name="from" value="2026-11-01"');
    expect(turned).toContain('name="to" value="2026-11-20"');
  });

  it('says what to do while there is no signup', async () => {
    const text = await read('/');
    expect(text).toContain('No signups yet');
    expect(text).toContain('npx whence-crm send stripe');
  });

  it('shows a signup that came by webhook', async () => {
    const person = somebody();
    await send('signup', person);
    await expect.poll(() => read('/'), { timeout: 10_000 }).toContain(person.email);
  });

  it('names the likely cause when few signups have a source, and what to do', async () => {
    for (let n = 0; n < 5; n += 1) await recorded(`signup:${n}`);
    const text = await read('/');
    expect(text).toContain('Few signups have a source');
    expect(text).toContain('No signup at all came with the cookie');
    expect(text).toContain('signup 5 of 5');
  });

  it('names what keeps signups from the CRM, and the fix', async () => {
    const reason = { code: 'hubspot_unauthorized', detail: 'HTTP 401' };
    const attempts = [{ destination: 'hubspot', status: 'waiting' as const, reason }];
    await recorded('signup:a', { attempts });
    const text = await read('/');
    expect(text).toContain('Not in the CRM yet');
    expect(text).toContain('HubSpot refuses the key. Set HUBSPOT_TOKEN');
  });

  it('finds and filters, and says so when no signup matches', async () => {
    await recorded('signup:a');
    await recorded('signup:b', {}, { email: 'grace@example.com', source: 'clerk' });
    expect(await read('/?q=gra')).not.toContain('ada@example.com');
    expect(await read('/?q=gra')).toContain('grace@example.com');
    expect(await read('/?source=clerk&status=&match=')).not.toContain('ada@example.com');
    expect(await read('/?channel=Email')).toContain('No signup matches');
  });

  it('compares with the period before: more people without a visitor are no good news', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const people = [
      [1, 'matched'],
      [2, 'matched'],
      [8, 'matched'],
      [1, 'no_visitor_id'],
      [2, 'no_visitor_id'],
      [8, 'no_visitor_id'],
    ] as const;
    for (const [index, [days, match]] of people.entries()) {
      const attribution = { ...NO_ATTRIBUTION, channel: 'Email' as const };
      const occurredAt = daysAgo(days);
      const of = { email: `person${index}@example.com`, occurredAt, receivedAt: occurredAt };
      await recorded(`signup:${index}`, { match, attribution }, of);
    }
    const html = await session.html('/?days=7&compare=previous');
    const row = (name: string) =>
      new RegExp(`<tr><th[^>]*><a[^>]*>${name}</a>.*?</tr>`, 's').exec(html)?.[0];
    expect(textOf(html)).toContain('who signed up · ▲');
    expect(row('Email')).toContain('class="change up"');
    expect(row('No visitor')).toContain('class="change"');
    expect(textOf(row('No visitor') ?? '')).toContain('up by 100%');
  });

  it('leads to the older ones, page by page, with the filters', async () => {
    for (let n = 0; n < 51; n += 1) {
      const receivedAt = new Date(Date.parse('2026-11-24T09:00:00Z') + n * 1000).toISOString();
      await recorded(`signup:${n}`, {}, { email: `person${n}@example.com`, receivedAt });
    }
    const html = await session.html('/?source=signup');
    const next = /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(next).toContain('source=signup');
    const older = await session.html(next.replace('#list', ''));
    expect(older).toContain('person0@example.com');
    expect(older).not.toContain('person1@example.com');
  });

  it('shows what strangers sent as text, never as markup', async () => {
    await recorded('signup:<script>alert(1)</script>', {}, { email: '"><img/src=x>@example.com' });
    const html =
      (await session.html('/')) +
      (await session.html('/signups/signup%3A%3Cscript%3Ealert(1)%3C%2Fscript%3E'));
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img');
  });
});

describe('a signup’s page', () => {
  it('tells why it has its source, by which rule and evidence, and what was written', async () => {
    const attribution = {
      channel: 'Paid Search' as const,
      source: 'Google',
      paid: true,
      rule: 'paid medium',
      evidence: ['utm_medium=cpc'],
      rulesVersion: 'x',
    };
    const attempts = [
      {
        destination: 'hubspot',
        status: 'delivered' as const,
        externalId: '42',
        written: { datafast_channel: 'Paid Search' },
      },
    ];
    await recorded('signup:a', { match: 'matched', attribution, attempts });
    const text = await read('/signups/signup%3Aa');
    expect(text).toContain('Paid Search from Google : paid medium, by utm_medium=cpc');
    expect(text).toMatch(/datafast_channel Paid Search/);
    expect(text).toContain('Contact 42');
    expect(text).toContain('Delivered HubSpot: It was delivered.');
  });

  it('says that a first touch of an earlier signup stays, and names what the contact says', async () => {
    const attempts = [
      {
        destination: 'hubspot',
        status: 'delivered' as const,
        reason: { code: 'first_touch_held' },
      },
    ];
    await recorded('signup:a', { match: 'matched', held: { channel: 'Paid Search' }, attempts });
    const text = await read('/signups/signup%3Aa');
    expect(text).toContain('Why Paid Search?');
    expect(text).toContain(
      'The contact says Paid Search . That is from an earlier signup of the person, and it stays.',
    );
    expect(text).toContain(allReasons.first_touch_held?.says);
  });

  it('says of an Unknown source when Whence looks again, and that a known one replaces it', async () => {
    const attribution = { ...NO_ATTRIBUTION, rule: 'nothing known' };
    const refreshFrom = new Date().toISOString();
    await recorded('signup:a', { match: 'matched', attribution, refreshFrom });
    expect(await read('/signups/signup%3Aa')).toMatch(
      /Whence looks again at .* UTC *\. A source that is known by then replaces Unknown\./,
    );
  });

  it('promises no further look where none is due', async () => {
    await recorded('signup:a', {
      match: 'matched',
      attribution: NO_ATTRIBUTION,
      refreshFrom: null,
    });
    const text = await read('/signups/signup%3Aa');
    expect(text).toContain('Tag your links');
    expect(text).not.toContain('looks again');
  });

  it('shows the raw tag, and what brought the person on the visit of the signup', async () => {
    const attribution = { ...NO_ATTRIBUTION, channel: 'Paid Social' as const, utmSource: 'fb' };
    const conversion = {
      channel: 'Organic Search' as const,
      source: 'Google',
      page: 'example.com/pricing',
    };
    await recorded('signup:a', { match: 'matched', attribution, conversion });
    const text = await read('/signups/signup%3Aa');
    expect(text).toContain('UTM source fb');
    expect(text).toMatch(
      /On the visit of the signup: Organic Search from Google , on example.com\/pricing/,
    );
  });

  it.each(['not_found', 'rejected_by_datafast'] as const)(
    'says of %s that Whence asks again by itself',
    (match) => {
      expect(MATCH_WORDS[match].todo).toContain('an hour, a day and a week after the signup');
    },
  );

  it.each(MATCHES.filter((match) => match !== 'matched'))(
    'says of %s why there is no source',
    async (match) => {
      await recorded('signup:a', { match });
      const text = await read('/signups/signup%3Aa');
      expect(text).toContain('Why no source?');
      expect(text).toContain(`${MATCH_WORDS[match].says} ${MATCH_WORDS[match].todo}`);
    },
  );

  it('shows every attempt with its time, reason and detail', async () => {
    for (const reason of [
      { code: 'hubspot_rate_limited' },
      { code: 'hubspot_unavailable', detail: 'HTTP 503' },
    ]) {
      await recorded('signup:a', {
        attempts: [{ destination: 'hubspot', status: 'waiting', reason }],
      });
    }
    expect(await read('/signups/signup%3Aa')).toMatch(
      /Timeline .* UTC HubSpot: Waiting hubspot_rate_limited .* UTC HubSpot: Waiting hubspot_unavailable HTTP 503/,
    );
  });

  it.each([
    ['waiting_for_customer', 'Waits until'],
    ['email_unverified', 'Waits until'],
    ['hubspot_unavailable', 'Next attempt'],
  ])(
    'says when it is tried again, or until when it waits for an event: %s',
    async (code, label) => {
      const wait = { status: 'waiting', reason: { code }, nextAttemptAt: at() } as const;
      await recorded('signup:a', { attempts: [{ destination: 'hubspot', ...wait }] });
      expect(await read('/signups/signup%3Aa')).toContain(`Attempts 1 ${label} `);
    },
  );

  it('is not found where the ledger has no such signup', async () => {
    expect((await session.get('/signups/signup%3Anobody')).status).toBe(404);
  });

  it('replays at a button', async () => {
    await recorded('signup:a', {
      attempts: [
        { destination: 'hubspot', status: 'failed', reason: { code: 'hubspot_unauthorized' } },
      ],
    });
    const response = await session.post('/signups/signup%3Aa/replay');
    expect(response.headers.get('location')).toBe('/signups/signup%3Aa?done=replayed');
    await expect
      .poll(() => read('/signups/signup%3Aa'), { timeout: 10_000 })
      .toContain('It was delivered.');
  });

  it('previews what would be written, and writes nothing', async () => {
    await recorded('signup:a');
    expect(await read('/signups/signup%3Aa/preview')).toMatch(/DataFast match – no_visitor_id/);
    expect(world.hubspot.contacts()).toEqual([]);
  });

  it('previews this signup: its time, its provider, and first what would change', async () => {
    const occurredAt = '2026-11-20T08:00:00.000Z';
    await recorded('stripe:evt_1', {}, { source: 'stripe', occurredAt });
    world.hubspot.addContact({ email: 'ada@example.com', datafast_match: 'no_visitor_id' });
    const text = await read('/signups/stripe%3Aevt_1/preview');
    expect(text).toMatch(/Afterwards .*Signed up at – 2026-11-20T08:00:00.*Signup source – stripe/);
    expect(text).toMatch(
      /Fields that stay as they are: 1 .*What Whence has .*DataFast match no_visitor_id/,
    );
  });

  it('shows what was written in the words of the field table, and the property names to those who ask', async () => {
    const written = {
      datafast_channel: 'Paid Search',
      datafast_signed_up_at: '2026-11-20T08:00:00Z',
      datafast_expected_value: '3.1',
      datafast_conversion_rate: '0.25',
      my_own_property: 'x',
    };
    const attempts = [{ destination: 'hubspot', status: 'delivered' as const, written }];
    await recorded('signup:a', { match: 'matched', attempts });
    const text = await read('/signups/signup%3Aa');
    expect(text).toMatch(/First touch Channel datafast_channel Paid Search/);
    expect(text).toContain('Signed up at datafast_signed_up_at 2026-11-20 08:00 UTC');
    expect(text).toContain('Expected value datafast_expected_value $3.10');
    expect(text).toContain('Conversion rate datafast_conversion_rate 25 %');
    expect(text).toContain('my_own_property x');
  });

  it('links the other signups of the person, and nobody else’s', async () => {
    await recorded('signup:a');
    await recorded('stripe:evt_2', {}, { source: 'stripe' });
    await recorded('signup:b', {}, { email: 'grace@example.com' });
    const page = await session.html('/signups/signup%3Aa');
    expect(page).toContain('Other signups of this person');
    expect(page).toContain('href="/signups/stripe%3Aevt_2"');
    expect(page).not.toContain('signup%3Ab');
    expect(await session.html('/signups/signup%3Ab')).not.toContain('Other signups');
  });

  it('shows the keys of a webhook in which no visitor ID stood', async () => {
    const payloadShape = ['type', 'data.metadata.plan'];
    await recorded('signup:a', { match: 'no_visitor_id' }, { payloadShape });
    expect(await read('/signups/signup%3Aa')).toMatch(/Keys of the webhook .*data\.metadata\.plan/);
    expect(await (await session.get('/api/signups/signup%3Aa')).json()).toMatchObject({
      payloadShape,
    });
  });

  it('has nothing to preview where there is no email, and asks no CRM', async () => {
    await recorded('signup:a', {}, { email: undefined });
    expect(await read('/signups/signup%3Aa/preview')).toContain('no contact to preview');
    expect(world.hubspot.requests).toEqual([]);
  });

  it('asks before it erases, and then nothing is left', async () => {
    await recorded('signup:a');
    expect(await read('/signups/signup%3Aa/erase')).toContain('Erase ada@example.com?');
    const response = await session.post('/signups/signup%3Aa/erase');
    expect(response.headers.get('location')).toBe('/?done=erased');
    expect(await session.html('/')).not.toContain('ada@example.com');
  });

  it.each([
    ['', 'matched'],
    ['true', undefined],
  ])(
    'erases what was written at the destinations only when it is asked for (%j)',
    async (destinations, kept) => {
      const person = somebody({ email: 'ada@example.com', visitorId: world.visitor() });
      const { id } = await (await send('signup', person)).json<{ id: string }>();
      const path = `/signups/${encodeURIComponent(id)}`;
      await expect.poll(() => read(path), { timeout: 10_000 }).toContain('It was delivered');
      expect(await read(`${path}/erase`)).toContain('written there: HubSpot');
      await session.post(`${path}/erase`, { destinations });
      expect(await session.html('/')).not.toContain('ada@example.com');
      const contact = world.hubspot.contact('ada@example.com');
      expect(contact?.properties.datafast_match).toBe(kept);
    },
  );

  it('erases nothing while a destination that is asked cannot be reached, and says so', async () => {
    await recorded('signup:a');
    world.hubspot.failWith({ status: 503 });
    const response = await session.post('/signups/signup%3Aa/erase', { destinations: 'true' });
    expect(response.status).toBe(503);
    expect(textOf(await response.text())).toContain('this cannot be reached now: HubSpot');
    expect(await session.html('/')).toContain('ada@example.com');
  });

  it('says so where a destination refuses to erase, since nobody knows the person afterwards', async () => {
    const person = somebody({ email: 'ada@example.com', visitorId: world.visitor() });
    const { id } = await (await send('signup', person)).json<{ id: string }>();
    const path = `/signups/${encodeURIComponent(id)}`;
    await expect.poll(() => read(path), { timeout: 10_000 }).toContain('It was delivered');
    world.hubspot.failWith(({ url }) =>
      url.endsWith('/batch/update') ? { status: 400 } : undefined,
    );
    const response = await session.post(`${path}/erase`, { destinations: 'true' });
    expect(response.status).toBe(200);
    const text = textOf(await response.text());
    expect(text).toContain('Erased, but not everywhere');
    expect(text).toMatch(/HubSpot ?: hubspot_\w+ \w/);
    expect(await session.html('/')).not.toContain('ada@example.com');
  });

  it('offers no erasure by email of a signup that has none', async () => {
    await recorded('signup:a', {}, { email: undefined });
    expect(await session.html('/signups/signup%3Aa')).not.toContain('/erase');
    expect((await session.post('/signups/signup%3Aa/erase')).status).toBe(404);
  });
});

describe('an error', () => {
  const brokenOnce = (spy: { mockRestore(): void }) => onTestFinished(() => spy.mockRestore());
  const unavailable = () => {
    throw new Error('unavailable, with ada@example.com in the message');
  };
  function breakLedger() {
    brokenOnce(vi.spyOn(env.LEDGER, 'prepare').mockImplementation(unavailable));
  }
  const isPage = (response: Response) => {
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('cache-control')).toBe('no-store');
  };

  it('while the queue is unavailable is a page that says what to do after a replay', async () => {
    await recorded('signup:a');
    brokenOnce(vi.spyOn(env.SIGNUPS, 'sendBatch').mockImplementation(unavailable));
    const response = await session.post('/signups/signup%3Aa/replay');
    expect(response.status).toBe(503);
    isPage(response);
    const text = textOf(await response.text());
    expect(text).toContain('Not replayed');
    expect(text).toContain('The queue is unavailable');
    expect(text).toContain('Try again in a minute');
  });

  it.each(['replay', 'erase'])(
    'while the ledger is unavailable is a page that says what to do after: %s',
    async (order) => {
      await recorded('signup:a');
      breakLedger();
      const response = await session.post(`/signups/signup%3Aa/${order}`);
      expect(response.status).toBe(500);
      isPage(response);
      const text = textOf(await response.text());
      expect(text).toContain('the ledger is unavailable now');
      expect(text).toContain('Try again in a minute');
      expect(text).not.toContain('The queue');
    },
  );

  it.each(['/', '/signups/signup%3Aa', '/signups/signup%3Aa/preview', '/signups/signup%3Aa/erase'])(
    'on %s is a page, and the log says where without data',
    async (path) => {
      breakLedger();
      const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      brokenOnce(log);
      const response = await session.get(path);
      expect(response.status).toBe(500);
      isPage(response);
      expect(textOf(await response.text())).toContain('Internal error');
      const logged = log.mock.calls.join();
      expect(logged).toContain('request_failed');
      expect(logged).not.toContain('ada@example.com');
    },
  );

  it('of a destination in a preview is a page too, and is logged like every other', async () => {
    await recorded('signup:a');
    const logged: string[] = [];
    const dependencies = {
      config: readConfig(env, { sources: [...sources.values()], destinations }),
      ledger: env.LEDGER,
      destinations: () => [{ ...opened, preview: () => Promise.reject(new Error('a bug')) }],
      attribute: () => NO_ATTRIBUTION,
      now: Date.now,
      log: (level: string, event: string) => logged.push(`${level} ${event}`),
    };
    const request = new Request('https://whence.example/signups/signup%3Aa/preview', {
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` },
    });
    const response = await routes().fetch(request, dependencies);
    expect(response.status).toBe(500);
    isPage(response);
    expect(logged).toEqual(['error request_failed']);
  });

  it.each(['/signups/a/b/c', '/nothing'])('of an unknown address is a page: %s', async (path) => {
    const response = await session.get(path);
    expect(response.status).toBe(404);
    isPage(response);
    expect(textOf(await response.text())).toContain('Page not found');
  });

  it('of a wrong method is a page that says which methods there are', async () => {
    const response = await session.get('/logout');
    expect(response.status).toBe(405);
    isPage(response);
    expect(response.headers.get('allow')).toBe('POST');
  });
});

describe('the explanations', () => {
  it('use the words of the reason book', () => {
    expect(explainDelivery({ status: 'waiting', reason: 'datafast_timeout' })).toMatchObject({
      says: allReasons.datafast_timeout?.says,
      todo: allReasons.datafast_timeout?.todo,
    });
  });

  it('say of a dead letter that Whence gave up, and why', () => {
    const lastReason = 'hubspot_unauthorized';
    const { says, todo } = explainDelivery({ status: 'failed', reason: 'gave_up', lastReason });
    expect(says).toBe(
      `${allReasons.gave_up?.says} The last reason: ${allReasons.hubspot_unauthorized?.says}`,
    );
    expect(todo).toContain('HUBSPOT_TOKEN');
    expect(todo).toContain('replay it');
  });

  it('say of a dead letter whose last reason passes by itself only to replay it', () => {
    const lastReason = 'hubspot_unreachable';
    const { todo } = explainDelivery({ status: 'failed', reason: 'gave_up', lastReason });
    expect(todo).toBe('Replay it.');
  });

  it('say of a dead letter without an attempt that Whence gave up', () => {
    const { says } = explainDelivery({ status: 'failed', reason: 'gave_up', lastReason: null });
    expect(says).toBe(allReasons.gave_up?.says);
  });

  it('say so when this version does not know the reason', () => {
    expect(explainDelivery({ status: 'failed', reason: 'of_tomorrow' }).says).toContain(
      'does not know the reason',
    );
  });

  it.each(['constructor', '__proto__'])('have no reason %s', (reason) => {
    expect(explainDelivery({ status: 'failed', reason }).says).toContain('does not know');
  });
});
