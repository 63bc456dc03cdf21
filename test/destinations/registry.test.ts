// The registry: which destinations are on, what they remember, and what one more of them costs.
import { describe, expect, it } from 'vitest';
import {
  destinationReasons,
  destinations,
  newDestinationMemory,
  openDestinations,
} from '../../src/destinations/index.ts';
import { example } from './example/example.ts';
import { createExample } from './example/stand-in.ts';
import { contactsOf, NOON, signup } from './people.ts';

const all = [...destinations, example];
const io = { fetch: createExample('token').fetch, now: () => Date.parse(NOON) };
const names = (values: Record<string, string>) =>
  openDestinations(new Map(Object.entries(values)), new Map(), io, all).map(({ name }) => name);

describe('a destination', () => {
  it('is on when its key is set, whatever the others do', () => {
    expect(names({})).toEqual([]);
    expect(names({ HUBSPOT_TOKEN: 'a' })).toEqual(['hubspot']);
    expect(names({ EXAMPLE_TOKEN: 'b' })).toEqual(['example']);
    expect(names({ EXAMPLE_TOKEN: 'b', HUBSPOT_TOKEN: 'a' })).toEqual(['hubspot', 'example']);
  });

  it('of the registry has a name and settings of its own', () => {
    const taken = [...all.map(({ name }) => name), ...all.flatMap(({ settings }) => settings)].map(
      (one) => (typeof one === 'string' ? one : one.name),
    );
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('brings its reasons, under its name', () => {
    expect(destinationReasons.hubspot_unauthorized).toMatchObject({ class: 'configuration' });
    const codes = Object.keys(destinationReasons);
    const own = destinations.flatMap(({ name, reasons }) =>
      Object.keys(reasons).map((code) => `${name}_${code}`),
    );
    expect(codes).toEqual(own);
  });

  it('writes under the operator’s own names', () => {
    const [opened] = openDestinations(
      new Map([['EXAMPLE_TOKEN', 'token']]),
      new Map([['example', new Map([['datafast_source', 'origin']])]]),
      io,
      [example],
    );
    const properties = opened?.fields.map(({ property }) => property);
    expect(properties).toContain('origin');
    expect(properties).not.toContain('datafast_source');
  });
});

describe('what a service says about its limits', () => {
  it('is remembered for the next batch, and concerns no other destination', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(new URL(String(input)).hostname);
      return Response.json({}, { status: 429, headers: { 'retry-after': '30' } });
    };
    const memory = newDestinationMemory();
    const values = new Map([
      ['HUBSPOT_TOKEN', 'a'],
      ['EXAMPLE_TOKEN', 'b'],
    ]);
    const write = async (name: string) => {
      const opened = openDestinations(values, new Map(), { ...io, fetch, memory }, all);
      return opened.find((one) => one.name === name)?.upsert(contactsOf(signup({})));
    };
    expect(await write('example')).toMatchObject([{ status: 'snooze', afterSeconds: 30 }]);
    expect(await write('example')).toMatchObject([{ status: 'snooze', afterSeconds: 30 }]);
    expect(asked).toEqual(['crm.example']);
    await write('hubspot');
    expect(asked).toEqual(['crm.example', 'api.hubapi.com']);
  });
});
