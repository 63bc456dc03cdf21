// Slack, Discord and Teams: one readable line per signup, with nothing in it that a service would act on.
import { beforeEach, describe, expect, it } from 'vitest';
import { newDestinationMemory, openDestinations } from '../../../src/destinations/index.ts';
import { webhook } from '../../../src/destinations/webhook/webhook.ts';
import type { Signup } from '../../../src/model.ts';
import { type ChatStandIn, createChat } from '../../../stand-ins/chat.ts';
import { type Consumer, openConsumer, row } from '../../delivery/consumer.ts';
import { contactsOf, NOON, signup } from '../people.ts';
import { HOUR_MS, START } from './stage.ts';

const URLS = {
  slack: 'https://hooks.slack.com/services/T0/B0/x',
  discord: 'https://discord.com/api/webhooks/1/x',
  teams: 'https://prod-1.westeurope.logic.azure.com/workflows/x?sig=y',
} as const;
const services = ['slack', 'discord', 'teams'] as const;

let consumer: Consumer;
let chat: ChatStandIn;
let settings: Record<string, string>;
let memory: ReturnType<typeof newDestinationMemory>;

beforeEach(async () => {
  consumer = await openConsumer(START);
  memory = newDestinationMemory();
});
const open = (service: (typeof services)[number]) => {
  chat = createChat(service, () => consumer.nowMs);
  settings = { WEBHOOK_URL: URLS[service] };
};
const opened = () =>
  openDestinations(
    new Map(Object.entries(settings)),
    new Map(),
    {
      fetch: async (input, init) => chat.app.fetch(new Request(input, init)),
      now: () => consumer.nowMs,
      memory,
    },
    [webhook],
  );
const run = (signups: readonly Signup[]) => {
  const { destinations } = consumer.dependencies();
  return consumer.run(signups, undefined, { destinations: [...opened(), ...destinations] });
};
const somebody = (params: Record<string, string>, more: Partial<Signup> = {}, score = 81) =>
  consumer.signup({
    visitorId: consumer.world.visitor({
      params,
      prediction: { score, conversionRate: 0.1, expectedValue: 3, confidence: 0.8 },
    }),
    source: 'stripe',
    workerUrl: 'https://whence.example',
    ...more,
  });
const GOOGLE = { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand-eu' };
const LINE = 'Paid Search · Google · brand-eu · score 81 · via stripe';
const lines = () => chat.messages.flatMap((text) => text.split('\n'));

describe.each(services)('a signup in %s', (service) => {
  beforeEach(() => open(service));

  it('is one readable line, with a link to its story', async () => {
    const person = somebody(GOOGLE);
    await run([person]);
    expect(chat.refusals).toEqual([]);
    expect(chat.messages).toHaveLength(1);
    expect(chat.messages[0]).toContain(LINE);
    const story = `https://whence.example/signups/${encodeURIComponent(person.id)}`;
    if (service !== 'teams') expect(chat.messages[0]).toContain(story);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('is not told again by a refresh, although the score has moved', async () => {
    const person = somebody(GOOGLE);
    await run([person]);
    consumer.nowMs += HOUR_MS;
    somebody(GOOGLE, {}, 10);
    const refresh = { askedAt: new Date(consumer.nowMs).toISOString(), matched: true };
    await run([{ ...person, refresh }]);
    expect(chat.messages).toHaveLength(1);
  });

  it('comes in bundles in a burst, each line once and no more than a message a second', async () => {
    const people = Array.from({ length: 45 }, (_, n) =>
      somebody({ ...GOOGLE, utm_campaign: `campaign${n}` }),
    );
    let open: readonly Signup[] = people;
    for (let round = 0; round < 60 && open.length > 0; round += 1) {
      await run(open);
      consumer.nowMs += 1_000;
      const rows = await Promise.all(open.map(({ id }) => row(id)));
      open = open.filter((_, index) => rows[index]?.status === 'waiting');
      consumer.nowMs += 5_000;
    }
    expect(open).toEqual([]);
    expect(chat.refusals).toEqual([]);
    const campaigns = lines().flatMap((line) => /campaign\d+/.exec(line) ?? []);
    expect(new Set(campaigns).size).toBe(45);
    expect(campaigns).toHaveLength(45);
    expect(chat.messages.length).toBeLessThanOrEqual(10);
  });

  it('waits as long as the service says', async () => {
    const person = somebody(GOOGLE);
    chat.failWith({ status: 429, headers: { 'retry-after': '30' }, times: 1 });
    await run([person]);
    consumer.nowMs += 20_000;
    await run([person]);
    expect(chat.messages).toEqual([]);
    consumer.nowMs += 11_000;
    await run([person]);
    expect(chat.messages).toHaveLength(1);
  });

  it('waits for the operator when the address is gone or wrong', async () => {
    const person = somebody(GOOGLE);
    chat.failWith({ status: 404, body: 'no_service' });
    await run([person]);
    expect((await row(person.id))?.deliveries).toContainEqual(
      expect.objectContaining({
        destination: 'webhook',
        status: 'waiting',
        reason: 'webhook_request_refused',
      }),
    );
  });

  it('can be asked for by the doctor without a message that people see', async () => {
    const [destination] = opened();
    expect(await destination?.check()).toEqual([]);
    // It has no key, and Teams was not even asked.
    expect(destination?.well).toContain('address');
    expect(chat.messages).toEqual([]);
  });
});

describe('a line', () => {
  beforeEach(() => open('slack'));

  it('names somebody only where WEBHOOK_FIELDS does', async () => {
    const person = somebody(GOOGLE, { name: 'Ada Lovelace' });
    await run([person]);
    expect(chat.messages[0]).not.toContain(person.email);
    expect(chat.messages[0]).not.toContain('Ada');
    settings.WEBHOOK_FIELDS = 'default,name,email';
    consumer.nowMs += HOUR_MS;
    await run([{ ...person, id: 'signup:other' }]);
    expect(chat.messages[1]).toContain(`Ada Lovelace · ${person.email} · Paid Search`);
  });

  it('tells of hot leads only, where WEBHOOK_WHEN says so', async () => {
    settings.WEBHOOK_WHEN = '{"score":">=70"}';
    await run([somebody(GOOGLE, {}, 20), somebody({ utm_source: 'reddit' }, {}, 95)]);
    expect(lines()).toEqual([expect.stringContaining('Reddit · score 95')]);
  });

  it('of a person without a visitor says why', async () => {
    await run([consumer.signup({ source: 'clerk' })]);
    expect(chat.messages[0]).toContain('No visitor ID · via clerk');
  });

  it('says that no CRM has taken the signup, and then comes again when one has', async () => {
    consumer.world.hubspot.failWith(async (request) =>
      request.url.endsWith('upsert')
        ? { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: 'no' } }
        : undefined,
    );
    await run([somebody(GOOGLE)]);
    expect(chat.messages[0]).toContain(`Not delivered · ${LINE}`);
  });
});

describe('what a visitor has written into a link or a name', () => {
  const HOSTILE =
    '<!channel> <@U123> *b* [a](https://evil.example) @everyone `x` https://evil.example';

  it.each(services)('calls nobody and is no link in %s', async (service) => {
    open(service);
    settings.WEBHOOK_FIELDS = 'default,name';
    const [destination] = opened();
    const contacts = contactsOf(
      signup({ name: HOSTILE, params: { utm_source: 'google', utm_campaign: HOSTILE }, at: NOON }),
    );
    expect(await destination?.upsert(contacts)).toMatchObject([{ status: 'delivered' }]);
    const [text = ''] = chat.messages;
    expect(text.split('\n')).toHaveLength(1);
    if (service === 'slack') expect(text).not.toMatch(/<[!@#h]|https:\/\//);
    // A backslash stands before every mark.
    if (service === 'discord') expect(text).not.toMatch(/(?<!\\)[<@*[\]()`:]/);
  });
});
