// A first touch that our write has replaced, because HubSpot did not show the contact: it is put back, or the delivery
// says so and tries again.
import { describe, expect, it } from 'vitest';
import type { HubspotStandIn } from '../../../stand-ins/hubspot.ts';
import { type Consumer, openConsumer, row } from '../../delivery/consumer.ts';
import { contactsOf, NOON, signup } from '../people.ts';
import { ready } from '../portal.ts';

const MINUTE_MS = 60_000;
const NOT_UNDONE = 'hubspot_overwrite_not_undone';
const isHistory = (text: string) => text.includes('"propertiesWithHistory":["');

/** HubSpot says of every address that nobody has it, and fails the requests that `fails` names. */
function misread(standIn: HubspotStandIn, fails: (path: string, text: string) => boolean) {
  standIn.failWith(async (request) => {
    const text = await request.text();
    const path = new URL(request.url).pathname;
    if (fails(path, text)) return { status: 503 };
    if (!path.endsWith('batch/read') || isHistory(text)) return undefined;
    const ids = text.match(/[\w.]+@[\w.]+/g) ?? [];
    const errors = [{ category: 'OBJECT_NOT_FOUND', context: { ids } }];
    return { status: 207, body: { results: [], errors } };
  });
}

/** Ada is there with a first touch, and is written again as if she were new. */
async function overwritten(version: string, fails: (path: string, text: string) => boolean) {
  let now = Date.parse(NOON);
  const { standIn, write, open, held } = await ready({ now: () => now }, version);
  await write(signup({ source: 'clerk', name: 'Ada L.', params: { utm_source: 'google' } }));
  const before = held();
  now += MINUTE_MS;
  misread(standIn, fails);
  const later = signup({
    at: '2026-11-23T12:01:00.000Z',
    source: 'stripe',
    name: 'Somebody Else',
    params: { utm_source: 'reddit', utm_content: 'leaks' },
    visitor: { prediction: { score: 90 } },
  });
  const [contact] = contactsOf(later);
  if (!contact) throw new Error('there is one contact');
  const again = (waitedFor: readonly string[] = [NOT_UNDONE]) =>
    open().upsert([{ ...contact, waitedFor }]);
  const snapshot = ({ lastmodifieddate: _, ...properties }: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(properties).filter(([name]) =>
        /name$|_(source|content|visitor_id|channel|evidence|signed_up_at)$/.test(name),
      ),
    );
  const move = (ms: number) => {
    now += ms;
  };
  return { standIn, again, move, held: () => snapshot(held()), before: snapshot(before) };
}

describe.each(['2026-03', '2026-09'])('a replaced first touch, API %s', (version) => {
  it.each([
    ['the history cannot be read', (_: string, text: string) => isHistory(text)],
    [
      'the repair cannot be written',
      (path: string, text: string) =>
        path.endsWith('upsert') && text.includes('"datafast_content":""'),
    ],
  ])('waits where %s, and is put back by the next attempt', async (_, fails) => {
    const { standIn, again, move, held, before } = await overwritten(version, fails);
    expect(await again([])).toEqual([{ status: 'retry', reason: { code: NOT_UNDONE } }]);
    expect(held().datafast_source).toBe('Reddit');
    move(MINUTE_MS);
    expect(await again()).toMatchObject([{ status: 'retry', reason: { code: NOT_UNDONE } }]);

    standIn.failWith(undefined);
    move(MINUTE_MS);
    const [outcome] = await again();
    expect(outcome).toMatchObject({
      status: 'delivered',
      reason: { code: 'hubspot_overwrite_undone' },
    });
    expect(outcome).not.toHaveProperty('written.datafast_source');
    expect(held()).toEqual(before);
    expect(standIn.undocumented).toEqual([]);
  });

  it('is what the ledger hears of, once it has been put back', async () => {
    const { again, held } = await overwritten(version, () => false);
    expect(await again([])).toMatchObject([
      {
        status: 'delivered',
        firstTouch: { kind: 'held', channel: held().datafast_channel, source: 'Google' },
      },
    ]);
  });

  it('that was put back although the answer was lost is left alone', async () => {
    const { standIn, again, move, held, before } = await overwritten(version, () => false);
    await again([]);
    expect(held()).toEqual(before);
    standIn.failWith(undefined);
    move(MINUTE_MS);
    expect(await again()).toMatchObject([{ status: 'delivered' }]);
    expect(held()).toEqual(before);
  });

  it('that a person has corrected meanwhile is left alone', async () => {
    const { standIn, again, move, held } = await overwritten(version, (_, text) => isHistory(text));
    await again([]);
    standIn.failWith(undefined);
    move(MINUTE_MS);
    standIn.correctContact('ada@example.com', { firstname: 'Augusta', datafast_visitor_id: 'own' });
    expect(await again()).toMatchObject([{ status: 'delivered' }]);
    expect(held()).toMatchObject({ firstname: 'Augusta', datafast_visitor_id: 'own' });
  });
});

describe('more replaced first touches than HubSpot gives histories of', () => {
  it('are put back as far as it gives them, and the others wait', async () => {
    let now = Date.parse(NOON);
    const { standIn, write } = await ready({ now: () => now });
    const people = (source: string) =>
      Array.from({ length: 60 }, (_, index) =>
        signup({ email: `p${index}@example.com`, params: { utm_source: source } }),
      );
    await write(...people('google'));
    now += MINUTE_MS;
    misread(standIn, () => false);
    const outcomes = await write(...people('reddit'));
    const codes = outcomes.map(({ reason }) => reason?.code);
    expect(codes.filter((code) => code === 'hubspot_overwrite_undone')).toHaveLength(50);
    expect(codes.filter((code) => code === NOT_UNDONE)).toHaveLength(10);
  });
});

describe('the delivery’s row', () => {
  /** Two signups of one person, of which HubSpot does not show the first to the second. */
  async function twoSignups(consumer: Consumer) {
    const email = 'ada@example.com';
    const visitorId = (utm_source: string) => consumer.world.visitor({ params: { utm_source } });
    await consumer.run([consumer.signup({ email, visitorId: visitorId('google') })]);
    consumer.nowMs += MINUTE_MS;
    return consumer.signup({ email, visitorId: visitorId('reddit') });
  }
  const source = (consumer: Consumer) =>
    consumer.world.hubspot.contact('ada@example.com')?.properties.datafast_source;

  it('says what could not be put back, and that it waits, whatever fails in between', async () => {
    const consumer = await openConsumer(Date.parse(NOON));
    const later = await twoSignups(consumer);
    misread(consumer.world.hubspot, (_, text) => isHistory(text));
    await consumer.run([later]);
    expect(await row(later.id)).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: NOT_UNDONE, nextAttemptAt: expect.any(String) }],
    });
    expect(source(consumer)).toBe('Reddit');

    consumer.nowMs += MINUTE_MS;
    consumer.world.hubspot.failWith({ status: 503 });
    await consumer.run([later]);
    expect(await row(later.id)).toMatchObject({ deliveries: [{ reason: 'hubspot_unavailable' }] });

    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 60 * MINUTE_MS;
    await consumer.run([later]);
    expect(await row(later.id)).toMatchObject({
      status: 'delivered',
      deliveries: [{ reason: 'hubspot_overwrite_undone' }],
    });
    expect(source(consumer)).toBe('Google');
  });
});
