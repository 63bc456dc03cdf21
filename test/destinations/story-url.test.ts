// `datafast_story_url`: the link from a contact to its page on the dashboard, where the operator asks for it.
import { beforeEach, describe, expect, it } from 'vitest';
import { attio } from '../../src/destinations/attio/attio.ts';
import type { Destination } from '../../src/destinations/destination.ts';
import { hubspot } from '../../src/destinations/hubspot/hubspot.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import { parseFieldNames } from '../../src/destinations/parse-field-names.ts';
import { stripe } from '../../src/destinations/stripe/stripe.ts';
import { fieldsFrom } from '../../src/destinations/webhook/fields.ts';
import { createAttio } from '../../stand-ins/attio.ts';
import { createHubspot } from '../../stand-ins/hubspot.ts';
import { createStripe } from '../../stand-ins/stripe.ts';
import { contactsOf, NOON, signup } from './people.ts';

const ADA = 'ada@example.com';
const KEY = 'rk_live_a';
const STORY = 'datafast_story_url';
const now = () => Date.parse(NOON);

/** A service without anybody, and what it holds of Ada. */
interface Stage {
  destination: Destination;
  key: string;
  create(): { fetch: typeof fetch; held(): Readonly<Record<string, string>> };
}

const fetchOf =
  (app: { fetch(request: Request): Response | Promise<Response> }): typeof fetch =>
  async (input, init) =>
    app.fetch(new Request(input, init));

const stages: readonly (readonly [string, Stage])[] = [
  [
    'HubSpot',
    {
      destination: hubspot,
      key: 'HUBSPOT_TOKEN',
      create() {
        const { app, contact } = createHubspot({ token: KEY, now });
        return { fetch: fetchOf(app), held: () => contact(ADA)?.properties ?? {} };
      },
    },
  ],
  [
    'Attio',
    {
      destination: attio,
      key: 'ATTIO_TOKEN',
      create() {
        const { app, texts } = createAttio({ token: KEY, now, writesPerSecond: 1000 });
        return { fetch: fetchOf(app), held: () => texts(ADA) ?? {} };
      },
    },
  ],
  [
    'Stripe',
    {
      destination: stripe,
      key: 'STRIPE_API_KEY',
      create() {
        const { app, addCustomer, customer } = createStripe({ key: KEY, now });
        addCustomer({ id: 'cus_ada' });
        return { fetch: fetchOf(app), held: () => customer('cus_ada')?.metadata ?? {} };
      },
    },
  ],
];

const checkout = (given: Parameters<typeof signup>[0] = {}) => {
  const params = { utm_source: 'google' };
  const made = signup({ source: 'stripe', customerId: 'cus_ada', params, ...given });
  made.signup.workerUrl = 'https://whence.example';
  return made;
};
const linkOf = ({ signup: { id } }: ReturnType<typeof checkout>) =>
  `https://whence.example/signups/${encodeURIComponent(id)}`;

describe.each(stages)('the link to the story in %s', (_, { destination, key, create }) => {
  let service: ReturnType<Stage['create']>;
  beforeEach(() => {
    service = create();
  });
  const open = (fieldNames?: object) => {
    const { names, problems } = parseFieldNames(fieldNames && JSON.stringify(fieldNames));
    expect(problems).toEqual([]);
    const io = { fetch: service.fetch, now };
    const [opened] = openDestinations(new Map([[key, KEY]]), names, io, [destination]);
    if (!opened) throw new Error('the settings do not open it');
    return opened;
  };
  const write = async (fieldNames: object | undefined, ...all: ReturnType<typeof signup>[]) => {
    const [outcome] = await open(fieldNames).upsert(contactsOf(...all));
    expect(outcome).toMatchObject({ status: 'delivered' });
    return outcome;
  };

  it('is off unless it is asked for, and so is its property', async () => {
    const prepared = await open().prepare?.();
    expect(prepared?.created ?? []).not.toContain(STORY);
    expect(await open().check()).toEqual([]);
    await write(undefined, checkout());
    expect(service.held()).not.toHaveProperty(STORY);
  });

  it.each([
    ['for all destinations', { [STORY]: STORY }],
    ['for this one', { [destination.name]: { [STORY]: STORY } }],
  ])('is written where it is asked for %s, into a property of its own', async (_kind, names) => {
    const prepared = await open(names).prepare?.();
    if (prepared) expect(prepared).toMatchObject({ created: expect.arrayContaining([STORY]) });
    expect(await open(names).check()).toEqual([]);
    const ada = checkout();
    await write(names, ada);
    expect(service.held()[STORY]).toBe(linkOf(ada));
    const preview = await open(names).preview?.(contactsOf(ada)[0] ?? fail());
    expect(preview).toMatchObject({
      properties: expect.arrayContaining([
        expect.objectContaining({ property: STORY, now: linkOf(ada) }),
      ]),
    });
  });

  it('stays with the signup that the contact tells, whatever comes later', async () => {
    const names = { [STORY]: STORY };
    await open(names).prepare?.();
    const first = checkout();
    await write(names, first);
    await write(names, checkout({ at: '2026-11-24T12:00:00.000Z' }));
    await write(names, checkout({ at: '2026-11-22T12:00:00.000Z' }));
    expect(service.held()[STORY]).toBe(linkOf(first));
  });

  it('is left out of a signup that does not know where the Worker is', async () => {
    const names = { [STORY]: STORY };
    await open(names).prepare?.();
    const unknown = checkout();
    unknown.signup.workerUrl = undefined;
    await write(names, unknown);
    expect(service.held()).not.toHaveProperty(STORY);
  });

  it('goes with an erasure', async () => {
    const names = { [STORY]: STORY };
    await open(names).prepare?.();
    await write(names, checkout());
    await open().erase?.({ emails: [ADA], customers: [], signups: [], externalIds: ['cus_ada'] });
    expect(service.held()).not.toHaveProperty(STORY);
  });
});

describe('the link to the story', () => {
  it('comes onto a contact that was there before it was asked for, with a replay of its signup', async () => {
    const { app, contact } = createHubspot({ token: KEY, now });
    const open = (names: Record<string, string>) => {
      const byName = new Map([['hubspot', new Map(Object.entries(names))]]);
      const io = { fetch: fetchOf(app), now };
      return openDestinations(new Map([['HUBSPOT_TOKEN', KEY]]), byName, io, [hubspot])[0];
    };
    const ada = checkout();
    await open({})?.prepare?.();
    await open({})?.upsert(contactsOf(ada));
    await open({ [STORY]: STORY })?.prepare?.();
    await open({ [STORY]: STORY })?.upsert(contactsOf(ada));
    expect(contact(ADA)?.properties[STORY]).toBe(linkOf(ada));
  });

  it('leaves a property of the operator’s own alone when something is there', async () => {
    const { app, addProperty, addContact, contact } = createHubspot({ token: KEY, now });
    addProperty({ name: 'link' });
    addContact({ email: ADA, link: 'https://elsewhere.example' });
    const names = new Map([['hubspot', new Map([[STORY, 'link']])]]);
    const io = { fetch: fetchOf(app), now };
    const open = () => openDestinations(new Map([['HUBSPOT_TOKEN', KEY]]), names, io, [hubspot])[0];
    await open()?.prepare?.();
    await open()?.upsert(contactsOf(checkout()));
    expect(contact(ADA)?.properties.link).toBe('https://elsewhere.example');
  });

  it('is among the fields of an event only where WEBHOOK_FIELDS names it', () => {
    const named = (text?: string) => {
      const read = fieldsFrom(text);
      return 'fields' in read ? read.fields.map(({ property }) => property) : [];
    };
    expect(named()).not.toContain(STORY);
    expect(named('default')).not.toContain(STORY);
    expect(named('story_url')).toEqual([STORY]);
  });
});

function fail(): never {
  throw new Error('no contact');
}
