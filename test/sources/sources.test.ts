// Every registered source passes the contract.
import { describe, expect, it } from 'vitest';
import devVars from '../../.dev.vars.example?raw';
import docs from '../../docs/sources.md?raw';
import { samples } from '../../samples/index.ts';
import { sources } from '../../src/sources/index.ts';
import { describeSource } from './contract.ts';

describe('the registry', () => {
  it('has a signed sample for every source, so that the contract is tested with it', () => {
    expect([...samples.keys()].sort()).toEqual([...sources.keys()].sort());
  });

  it.each([...sources.values()])(
    'documents $name: webhook, events, secret, cookie, test, limits',
    ({ name, secretName }) => {
      const section = docs.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? '';
      for (const part of ['Webhook', 'Events', 'Secret', 'Carry the cookie', 'Test', 'Limits']) {
        expect(section, `docs/sources.md, ## ${name}`).toContain(`**${part}.**`);
      }
      expect(section).toContain(secretName);
      expect(devVars).toContain(`${secretName}=`);
    },
  );

  it('says which secrets the operator makes up', () => {
    const chosen = [...sources.values()].filter(({ secretIsChosen }) => secretIsChosen);
    expect(chosen.map(({ name }) => name)).toEqual([
      'auth0',
      'supabase',
      'descope',
      'fusionauth',
      'lemonsqueezy',
      'chargebee',
      'revenuecat',
      'signup',
    ]);
  });
});

for (const source of sources.values()) {
  const sample = samples.get(source.name);
  if (sample) describeSource(source, sample);
}
