// Every registered source passes the contract.
import { describe, expect, it } from 'vitest';
import { samples } from '../../sandbox/webhooks/index.ts';
import { sources } from '../../src/sources/index.ts';
import { describeSource } from './contract.ts';

describe('the registry', () => {
  it('has a signed sample for every source, so that each passes the contract', () => {
    expect([...samples.keys()].sort()).toEqual([...sources.keys()].sort());
  });
});

for (const source of sources.values()) {
  const sample = samples.get(source.name);
  if (sample) describeSource(source, sample);
}
