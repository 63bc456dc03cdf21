// The operator's pages, as the server renders them: what a reader without a script sees.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LedgerEntry, recordEntries } from '../../src/ledger/record.ts';
import { MATCHES, type Signup } from '../../src/model.ts';
import type { Explanations } from '../../src/web/dashboard/explain.ts';
import { explainDelivery } from '../../src/web/dashboard/explain.ts';
import words from '../../src/web/dashboard/explanations.json';
import { createWorld, send, somebody } from '../world.ts';
import { openSession, type Session } from './browser-session.ts';

let session: Session;
beforeEach(async () => {
  await createWorld();
  session = await openSession();
});

const at = () => new Date().toISOString();
async function recorded(id: string, facts: Partial<LedgerEntry> = {}, of: Partial<Signup> = {}) {
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
  await recordEntries(env.LEDGER, [{ signup, match: 'no_visitor_id', attempts, ...facts }], at());
}
/** As a reader sees it: without tags, with single spaces. */
const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
const read = async (path: string) => textOf(await session.html(path));

describe('the overview', () => {
  it('says what to do while there is no signup', async () => {
    const text = await read('/');
    expect(text).toContain('No signups yet');
    expect(text).toContain('npm run send -- stripe');
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
    expect(text).toContain(words.matches.no_visitor_id.todo);
    expect(text).toContain('signup 5 of 5');
  });

  it('names what keeps signups from the CRM, and the fix', async () => {
    const attempts = [
      { destination: 'hubspot', status: 'waiting' as const, reason: 'hubspot_401 X' },
    ];
    await recorded('signup:a', { attempts });
    const text = await read('/');
    expect(text).toContain('Not in the CRM yet');
    expect(text).toContain('HubSpot refuses the key. Set HUBSPOT_TOKEN');
  });

  it('finds and filters, and says so when nothing is like it', async () => {
    await recorded('signup:a');
    await recorded('signup:b', {}, { email: 'grace@example.com', source: 'clerk' });
    expect(await read('/?q=gra')).not.toContain('ada@example.com');
    expect(await read('/?q=gra')).toContain('grace@example.com');
    expect(await read('/?source=clerk&status=&match=')).not.toContain('ada@example.com');
    expect(await read('/?channel=Email')).toContain('No signup is like this');
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
  });

  it.each(MATCHES.filter((match) => match !== 'matched'))(
    'says of %s why there is no source',
    async (match) => {
      await recorded('signup:a', { match });
      const text = await read('/signups/signup%3Aa');
      expect(text).toContain('Why no source?');
      expect(text).toContain(`${words.matches[match].says} ${words.matches[match].todo}`);
    },
  );

  it('shows every try with its time and reason', async () => {
    for (const reason of ['hubspot_429', 'hubspot_503']) {
      await recorded('signup:a', {
        attempts: [{ destination: 'hubspot', status: 'waiting', reason }],
      });
    }
    expect(await read('/signups/signup%3Aa')).toMatch(
      /Every try .* UTC Waiting hubspot_429 .* UTC Waiting hubspot_503/,
    );
  });

  it('is not there for what the ledger does not have', async () => {
    expect((await session.get('/signups/signup%3Anobody')).status).toBe(404);
  });

  it('replays at a button', async () => {
    await recorded('signup:a', {
      attempts: [{ destination: 'hubspot', status: 'failed', reason: 'why' }],
    });
    const response = await session.post('/signups/signup%3Aa/replay');
    expect(response.headers.get('location')).toBe('/signups/signup%3Aa?done=replayed');
    await expect
      .poll(() => read('/signups/signup%3Aa'), { timeout: 10_000 })
      .toContain('It is in the CRM.');
  });

  it('previews what would be written, and writes nothing', async () => {
    await recorded('signup:a');
    expect(await read('/signups/signup%3Aa/preview')).toMatch(
      /datafast_match – no_visitor_id written/,
    );
  });

  it('asks before it erases, and then nothing is left', async () => {
    await recorded('signup:a');
    expect(await read('/signups/signup%3Aa/erase')).toContain('Erase ada@example.com?');
    const response = await session.post('/signups/signup%3Aa/erase');
    expect(response.headers.get('location')).toBe('/?done=erased');
    expect(await session.html('/')).not.toContain('ada@example.com');
  });

  it('offers no erasure by email of a signup that has none', async () => {
    await recorded('signup:a', {}, { email: undefined });
    expect(await session.html('/signups/signup%3Aa')).not.toContain('/erase');
    expect((await session.post('/signups/signup%3Aa/erase')).status).toBe(404);
  });
});

describe('the explanations', () => {
  const explanations: Explanations = words;

  const reasons = import.meta.glob<string>(['../../src/{delivery,destinations,visitors}/**/*.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const codes = Object.values(reasons).flatMap((text) =>
    [...text.matchAll(/(?:reason: |Retry\(|retryAfter\()['`]([a-z]+_[a-z_]+)['`]/g)].map(
      ([, code]) => code ?? '',
    ),
  );

  it('know every reason of the code by its own words', () => {
    expect(codes.length).toBeGreaterThan(15);
    const last = explanations.reasons.at(-1)?.says;
    for (const code of codes) {
      expect(explainDelivery(explanations, 'waiting', code).says, code).not.toBe(last);
    }
  });

  it('say of what was given up that it was, and why', () => {
    const { says, todo } = explainDelivery(explanations, 'failed', 'gave_up: hubspot_401 X');
    expect(says).toBe(`${words.gaveUp} HubSpot refuses the key.`);
    expect(todo).toContain('HUBSPOT_TOKEN');
  });
});
