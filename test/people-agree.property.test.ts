// The same people, wherever they are counted: the contacts of the CRM, `/api/stats` and the first page, after whatever has
// happened to their signups.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Dimension, TouchKind } from '../src/ledger/people/question.ts';
import { keepRollUps } from '../src/ledger/people/roll-ups.ts';
import type { Signup } from '../src/model.ts';
import { erasePerson } from '../src/operations/erase.ts';
import { type Consumer, openConsumer } from './delivery/consumer.ts';
import { counted, countsBy } from './ledger/counted.ts';
import { openSession } from './web/browser-session.ts';

const DAY_MS = 86_400_000;
const COUNTRIES = ['DE', 'FR', 'US'];
const PEOPLE = ['ada', 'grace', 'joan', 'mary'].map((name) => `${name}@example.com`);
const LINKS: Parameters<Consumer['world']['visitor']>[0][] = [
  {
    params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand' },
    pages: ['https://example.com/pricing?utm_source=google&utm_medium=cpc&utm_campaign=brand'],
  },
  {
    params: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'launch' },
    pages: ['https://example.com/blog?utm_source=newsletter&utm_medium=email&utm_campaign=launch'],
  },
  { params: { via: 'jane' }, pages: ['https://example.com/?via=jane'] },
  { referrer: 'https://chatgpt.com/', pages: ['https://example.com/docs'] },
  // Nothing says where they came from.
  { pages: ['https://example.com/'] },
];

const person = fc.integer({ min: 0, max: PEOPLE.length - 1 });
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('signup' as const),
      person,
      link: fc.option(fc.integer({ min: 0, max: LINKS.length - 1 }), { nil: undefined }),
      daysAgo: fc.integer({ min: 0, max: 20 }),
      isHalf: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('completion' as const), person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erasure' as const), person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cron' as const) }) },
);

/** What a contact says that a breakdown counts. */
const SAME: readonly [Dimension, TouchKind, ...string[]][] = [
  ['channel', 'first', 'datafast_channel'],
  ['source', 'first', 'datafast_source'],
  ['campaign', 'first', 'datafast_campaign'],
  ['landing_page', 'first', 'datafast_landing_page'],
  ['partner', 'first', 'datafast_via', 'datafast_ref'],
  ['country', 'first', 'datafast_country'],
  ['channel', 'converting', 'datafast_converting_channel'],
  ['campaign', 'converting', 'datafast_converting_campaign'],
];

it('the number of people is the same in the CRM, in the totals and on the page, for every breakdown', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 14 }), async (happenings) => {
      const consumer = await openConsumer(Date.now());
      const sent: Signup[] = [];
      const deliver = async (signup: Signup) => {
        await consumer.run([signup]);
        // What waits is due by then.
        consumer.nowMs += 30_000;
      };
      for (const [index, one] of happenings.entries()) {
        if (one.kind === 'signup') {
          const occurredAt = new Date(consumer.nowMs - one.daysAgo * DAY_MS).toISOString();
          const link = one.link === undefined ? undefined : LINKS[one.link];
          const visitorId =
            link &&
            consumer.world.visitor({
              ...link,
              country: COUNTRIES[one.person % COUNTRIES.length],
              firstVisitAt: occurredAt,
              lastVisitAt: occurredAt,
            });
          const email = one.isHalf ? undefined : PEOPLE[one.person];
          const customerId = one.isHalf ? `cus_${one.person}` : undefined;
          const id = `signup:msg_${index}`;
          const signup = consumer.signup({ id, email, customerId, visitorId, occurredAt });
          sent.push(signup);
          await deliver(signup);
        }
        const again = one.kind === 'again' && sent[one.which % Math.max(1, sent.length)];
        if (again) await deliver(again);
        if (one.kind === 'completion') {
          const email = PEOPLE[one.person];
          const customerId = `cus_${one.person}`;
          await deliver(consumer.signup({ email, customerId, completing: true }));
        }
        if (one.kind === 'erasure') {
          const email = PEOPLE[one.person] ?? '';
          await erasePerson(consumer.dependencies(), email);
          if (consumer.world.hubspot.contact(email)) consumer.world.hubspot.deleteContact(email);
        }
        if (one.kind === 'look') await counted(consumer.nowMs);
        if (one.kind === 'cron') await keepRollUps(env.LEDGER, consumer.nowMs);
      }
      await agree(consumer);
    }),
    { numRuns: 12 },
  );
}, 300_000);

async function agree({ world, nowMs }: Consumer): Promise<void> {
  const contacts = world.hubspot.contacts();
  const delivered = { filters: { status: 'delivered' } };
  const { total } = await counted(nowMs, 'channel', delivered);
  expect(total.people).toBe(contacts.length);
  for (const [dimension, touch, ...properties] of SAME) {
    const heldBy = ({ properties: held }: (typeof contacts)[number]) =>
      properties.map((name) => held[name]).find((value) => value) ?? '(none)';
    const inCrm = Object.fromEntries(
      [...Map.groupBy(contacts, heldBy)].map(([value, all]) => [value, all.length]),
    );
    expect({ [dimension]: await countsBy(dimension, nowMs, { ...delivered, touch }) }).toEqual({
      [dimension]: inCrm,
    });
  }
  const session = await openSession();
  const answer: { people: number } = await (
    await session.get('/api/stats?status=delivered&days=60')
  ).json();
  expect(answer.people).toBe(contacts.length);
  const html = await session.html('/?status=delivered&days=60');
  if (contacts.length > 0) expect(html).toContain(`<dt>People</dt><dd><b>${contacts.length}</b>`);
}
