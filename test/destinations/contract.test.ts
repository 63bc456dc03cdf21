// Every registered destination, and the example, against the contract.
import { describe, expect, it } from 'vitest';
import { attio } from '../../src/destinations/attio/attio.ts';
import { hubspot } from '../../src/destinations/hubspot/hubspot.ts';
import { destinations } from '../../src/destinations/index.ts';
import { stripe } from '../../src/destinations/stripe/stripe.ts';
import { webhook } from '../../src/destinations/webhook/webhook.ts';
import type { Contact } from '../../src/model.ts';
import type { SettingValues } from '../../src/settings/setting.ts';
import { createAttio } from '../../stand-ins/attio.ts';
import { createHubspot } from '../../stand-ins/hubspot.ts';
import { createReceiver } from '../../stand-ins/receiver.ts';
import { createStripe } from '../../stand-ins/stripe.ts';
import { describeDestination, type StandIn } from './contract.ts';
import { example } from './example/example.ts';
import { createExample } from './example/stand-in.ts';
import { NOON } from './people.ts';

const TOKEN = 'a-token-for-tests';

function hubspotStandIn(): StandIn {
  const scopes = [
    'crm.objects.contacts.read',
    'crm.objects.contacts.write',
    'crm.schemas.contacts.write',
    'crm.lists.read',
    'crm.lists.write',
  ];
  const standIn = createHubspot({ token: TOKEN, scopes, now: () => Date.parse(NOON) });
  return {
    fetch: async (input, init) => standIn.app.fetch(new Request(input, init)),
    held: ({ email }) => standIn.contact(email)?.properties,
    refuse: ({ email }) =>
      standIn.failWith(async (request) =>
        request.url.endsWith('upsert') && (await request.text()).includes(email)
          ? { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: email } }
          : undefined,
      ),
  };
}

const SECRET = 'whsec_d2ViaG9vay10ZXN0LXNlY3JldC1vZi0zMi1ieXRlcyE=';

/** The record is the signup, and the receiver keeps the fields of its event. */
function webhookStandIn(): StandIn {
  const standIn = createReceiver({ secrets: [SECRET], now: () => Date.parse(NOON) });
  return {
    fetch: async (input, init) => standIn.app.fetch(new Request(input, init)),
    held: ({ latest: { signup } }) => {
      const event = [...standIn.events.values()].find(({ data }) => data.id === signup.id);
      return (
        event &&
        Object.fromEntries(
          Object.entries(event.data.fields).map(([name, value]) => [name, String(value)]),
        )
      );
    },
    refuse: ({ latest: { signup } }) =>
      standIn.failWith(async (request) =>
        (await request.text()).includes(JSON.stringify(signup.id)) ? { status: 422 } : undefined,
      ),
  };
}

function exampleStandIn(): StandIn {
  const standIn = createExample(TOKEN);
  return {
    fetch: standIn.fetch,
    held: ({ email }) => standIn.held(email),
    refuse: ({ email }) => standIn.refuse(email),
  };
}

function attioStandIn(): StandIn {
  // The clock stands still here. The limit of a second has tests of its own.
  const writesPerSecond = Number.POSITIVE_INFINITY;
  const now = () => Date.parse(NOON);
  const standIn = createAttio({ token: TOKEN, now, writesPerSecond });
  return {
    fetch: async (input, init) => standIn.app.fetch(new Request(input, init)),
    held: ({ email }) => standIn.texts(email),
    refuse: ({ email }) =>
      standIn.failWith(async (request) =>
        request.url.endsWith('/records') && (await request.text()).includes(`"${email}"`)
          ? {
              status: 400,
              body: { type: 'invalid_request_error', code: 'validation_type', message: email },
            }
          : undefined,
      ),
  };
}

const STRIPE_KEY = 'rk_live_a_key_for_tests';
/** In an account that knows everybody already: Whence creates no customers. */
function stripeStandIn(): StandIn {
  const standIn = createStripe({ key: STRIPE_KEY, now: () => Date.parse(NOON) });
  const idOf = ({ first }: Contact) => first.signup.customerId ?? '';
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const id = new URL(request.url).pathname.split('/').at(-1) ?? '';
      if (id !== 'cus_whencedoctor' && !standIn.customer(id)) standIn.addCustomer({ id });
      return standIn.app.fetch(request);
    },
    held(contact) {
      const { metadata = {} } = standIn.customer(idOf(contact)) ?? {};
      return Object.keys(metadata).length > 0 ? metadata : undefined;
    },
    refuse: (contact) =>
      standIn.failWith(({ method, url }) =>
        method === 'POST' && url.endsWith(`/${idOf(contact)}`)
          ? { status: 400, body: { error: { type: 'invalid_request_error', param: 'metadata' } } }
          : undefined,
      ),
  };
}

const proven = [hubspot, attio, stripe, webhook, example];
const token = (name: string): SettingValues => new Map([[name, TOKEN]]);

describe('the contract', () => {
  it('is proven by every destination of the registry', () => {
    for (const destination of destinations) expect(proven).toContain(destination);
  });
});

describeDestination(hubspot, token('HUBSPOT_TOKEN'), hubspotStandIn);
describeDestination(attio, token('ATTIO_TOKEN'), attioStandIn);
describeDestination(
  stripe,
  new Map([
    ['STRIPE_API_KEY', STRIPE_KEY],
    ['STRIPE_LIVE_FIELDS', 'true'],
  ]),
  stripeStandIn,
);
describeDestination(
  webhook,
  new Map([
    ['WEBHOOK_URL', 'https://receiver.example/whence?token=a'],
    ['WEBHOOK_SECRET', SECRET],
  ]),
  webhookStandIn,
);
describeDestination(example, token('EXAMPLE_TOKEN'), exampleStandIn);
