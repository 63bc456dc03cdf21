// A valid request of one provider on the route of another provider.
import { describe, expect, it } from 'vitest';
import { samples } from '../../samples/index.ts';
import { newWhsec } from '../../samples/sample.ts';
import { sources } from '../../src/sources/index.ts';
import { NOW, person, verifyAt } from './deliver.ts';

// A JWT is bound to its issuer, not to a secret that two routes could share.
const signers = [...samples.values()].filter(({ proof }) => proof !== 'jwt');
const pairs = signers.flatMap((sample) =>
  [...sources.values()]
    .filter(({ name }) => name !== sample.source)
    .map((route) => ({ from: sample.source, to: route.name, sample, route })),
);

describe('a request of one provider on the route of another', () => {
  it.each(pairs)('from $from to $to is refused', async ({ sample, route }) => {
    const secret = sample.newSecret();
    const own = samples.get(route.name)?.newSecret() ?? newWhsec();
    const request = { secret, eventId: person.eventId, at: NOW };
    const webhook = await sample.sign(sample.payload(person), request);
    expect(await verifyAt(route, webhook, [own])).toMatchObject({ ok: false });
  });

  it.each(pairs)(
    'from $from to $to is no signup, even with the same secret',
    async ({ sample, route }) => {
      const secret = sample.proof === 'token' ? sample.newSecret() : newWhsec();
      const request = { secret, eventId: person.eventId, at: NOW };
      const webhook = await sample.sign(sample.payload(person), request);
      const verification = await verifyAt(route, webhook, [secret]);
      if (!verification.ok) return;
      const parsed = route.parse(JSON.parse(webhook.body), verification.signed);
      expect(parsed.kind).not.toBe('signup');
    },
  );
});
