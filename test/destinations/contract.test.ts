// Every registered destination, and the example, against the contract.
import { describe, expect, it } from 'vitest';
import { hubspot } from '../../src/destinations/hubspot/hubspot.ts';
import { destinations } from '../../src/destinations/index.ts';
import type { SettingValues } from '../../src/settings/setting.ts';
import { createHubspot } from '../../stand-ins/hubspot.ts';
import { describeDestination, type StandIn } from './contract.ts';
import { example } from './example/example.ts';
import { createExample } from './example/stand-in.ts';
import { NOON } from './people.ts';

const TOKEN = 'a-token-for-tests';

function hubspotStandIn(): StandIn {
  const standIn = createHubspot({ token: TOKEN, now: () => Date.parse(NOON) });
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

function exampleStandIn(): StandIn {
  const standIn = createExample(TOKEN);
  return {
    fetch: standIn.fetch,
    held: ({ email }) => standIn.held(email),
    refuse: ({ email }) => standIn.refuse(email),
  };
}

const proven = [hubspot, example];
const token = (name: string): SettingValues => new Map([[name, TOKEN]]);

describe('the contract', () => {
  it('is proven by every destination of the registry', () => {
    for (const destination of destinations) expect(proven).toContain(destination);
  });
});

describeDestination(hubspot, token('HUBSPOT_TOKEN'), hubspotStandIn);
describeDestination(example, token('EXAMPLE_TOKEN'), exampleStandIn);
