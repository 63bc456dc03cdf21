// The record of setup's own sample is deleted. A record that belongs to somebody by now is not.
import { describe, expect, it } from 'vitest';
import { attio } from '../../src/destinations/attio/attio.ts';
import type { Destination } from '../../src/destinations/destination.ts';
import { hubspot } from '../../src/destinations/hubspot/hubspot.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import { SAMPLE_EMAIL } from '../../src/identifiers.ts';
import { createAttio } from '../../stand-ins/attio.ts';
import { createHubspot } from '../../stand-ins/hubspot.ts';
import type { CannedAnswer } from '../../stand-ins/requests.ts';
import { contactsOf, NOON, signup } from './people.ts';

const KEY = 'a';
const now = () => Date.parse(NOON);

interface Service {
  app: { fetch(request: Request): Response | Promise<Response> };
  isThere(): boolean;
  /** Somebody merges the record into another person. */
  merge(): void;
  failDelete(failure: CannedAnswer): void;
  undocumented: readonly string[];
}

function hubspotService(): Service {
  const portal = createHubspot({ token: KEY, now });
  return {
    ...portal,
    isThere: () => portal.contact(SAMPLE_EMAIL) !== undefined,
    merge: () =>
      portal.correctContact(SAMPLE_EMAIL, {
        email: 'ada@example.com',
        hs_additional_emails: SAMPLE_EMAIL,
      }),
    failDelete: (failure) =>
      portal.failWith(({ method }) => (method === 'DELETE' ? failure : undefined)),
  };
}

function attioService(): Service {
  const workspace = createAttio({ token: KEY, now, writesPerSecond: 1000 });
  return {
    ...workspace,
    isThere: () => workspace.person(SAMPLE_EMAIL) !== undefined,
    merge: () =>
      workspace
        .person(SAMPLE_EMAIL)
        ?.values.set('email_addresses', [
          { email_address: 'ada@example.com' },
          { email_address: SAMPLE_EMAIL },
        ]),
    failDelete: (failure) =>
      workspace.failWith(({ method }) => (method === 'DELETE' ? failure : undefined)),
  };
}

const services: readonly (readonly [string, Destination, string, () => Service])[] = [
  ['HubSpot', hubspot, 'HUBSPOT_TOKEN', hubspotService],
  ['Attio', attio, 'ATTIO_TOKEN', attioService],
];

async function withSample(destination: Destination, key: string, service: Service) {
  const fetching: typeof fetch = async (input, init) => service.app.fetch(new Request(input, init));
  const [opened] = openDestinations(new Map([[key, KEY]]), new Map(), { fetch: fetching, now }, [
    destination,
  ]);
  await opened?.prepare?.();
  await opened?.upsert(contactsOf(signup({ email: SAMPLE_EMAIL })));
  expect(service.isThere()).toBe(true);
  return { remove: async () => opened?.deleteSample?.(SAMPLE_EMAIL) };
}

describe.each(services)('%s', (_, destination, key, create) => {
  it('deletes the sample, and a second time finds nothing', async () => {
    const service = create();
    const { remove } = await withSample(destination, key, service);
    expect(await remove()).toEqual({ isDeleted: true });
    expect(service.isThere()).toBe(false);
    expect(await remove()).toEqual({ isDeleted: false });
    expect(service.undocumented).toEqual([]);
  });

  it('does not delete the person into whom somebody has merged it', async () => {
    const service = create();
    const { remove } = await withSample(destination, key, service);
    service.merge();
    expect(await remove()).toEqual({ isDeleted: false });
    expect(service.isThere()).toBe(true);
  });

  it.each([403, 500])('says why when the service answers %d', async (status) => {
    const service = create();
    const { remove } = await withSample(destination, key, service);
    service.failDelete({ status });
    expect(await remove()).toMatchObject({ failed: { status: 'retry' } });
    expect(service.isThere()).toBe(true);
  });
});
