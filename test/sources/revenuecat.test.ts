// RevenueCat: people the app never named, and the dashboard's ping.
import { describe, expect, it } from 'vitest';
import { revenuecat as sample } from '../../samples/revenuecat.ts';
import { revenuecat } from '../../src/sources/revenuecat.ts';
import { including, NOW, person, read, readSignup, verifyAt } from './deliver.ts';

const secret = sample.newSecret();
const body = sample.payload(person);

describe('a RevenueCat request', () => {
  it.each([
    ['with Bearer', `Bearer ${secret}`, true],
    ['without Bearer, as the dashboard’s field may say', secret, true],
    ['of a longer token that begins alike', `${secret}0`, false],
    ['of a token that is the beginning', secret.slice(0, -1), false],
    ['as basic credentials', `Basic ${btoa(`user:${secret}`)}`, false],
  ])('%s', async (_, authorization, ok) => {
    const verification = await verifyAt(revenuecat, { headers: { authorization }, body }, [secret]);
    expect(verification.ok).toBe(ok);
  });

  it('under no or a short token is refused: the provider would send without any', async () => {
    const { headers } = await sample.sign(body, { secret: 'short', eventId: 'x', at: NOW });
    expect(await verifyAt(revenuecat, { headers, body }, ['short'])).toMatchObject({ ok: false });
    expect(await verifyAt(revenuecat, { headers: {}, body }, [secret])).toMatchObject({
      ok: false,
    });
    expect(revenuecat.secretProblem('short')).toContain('32');
  });
});

describe('a RevenueCat signup', () => {
  it('of somebody the app never named has no user ID', () => {
    const anonymous = sample.payload({ ...person, userId: undefined });
    expect(readSignup(revenuecat, anonymous).userId).toBeUndefined();
  });

  it('has the name the app gave later on, when the first one was made up', () => {
    const named = including(sample.payload({ ...person, userId: undefined }), 'event', {
      original_app_user_id: 'user_42',
    });
    expect(readSignup(revenuecat, named).userId).toBe('user_42');
  });

  it.each(['TEST', 'TRANSFER', 'RENEWAL', 'PRODUCT_CHANGE'])('is not %s', (type) => {
    expect(read(revenuecat, including(body, 'event', { type }))).toMatchObject({ kind: 'ignored' });
  });
});
