// RevenueCat: static tokens, people without a user ID, and events of the dashboard.
import { describe, expect, it } from 'vitest';
import { revenuecat as sample } from '../../samples/revenuecat.ts';
import { revenuecat } from '../../src/sources/revenuecat.ts';
import { including, NOW, person, read, readSignup, verifyAt } from './deliver.ts';

const secret = sample.newSecret();
const body = sample.payload(person);

describe('a RevenueCat request', () => {
  it.each([
    ['with Bearer', `Bearer ${secret}`, true],
    ['with the token alone, as the dashboard’s field allows', secret, true],
    ['with a longer token that begins with the right one', `${secret}0`, false],
    ['with only the beginning of the token', secret.slice(0, -1), false],
    ['with basic credentials', `Basic ${btoa(`user:${secret}`)}`, false],
  ])('%s', async (_, authorization, ok) => {
    const verification = await verifyAt(revenuecat, { headers: { authorization }, body }, [secret]);
    expect(verification.ok).toBe(ok);
  });

  it('without a token, or with a short one, is refused, although the provider would send it', async () => {
    const { headers } = await sample.sign(body, { secret: 'short', eventId: 'x', at: NOW });
    expect(await verifyAt(revenuecat, { headers, body }, ['short'])).toMatchObject({ ok: false });
    expect(await verifyAt(revenuecat, { headers: {}, body }, [secret])).toMatchObject({
      ok: false,
    });
    expect(revenuecat.secretProblem('short')).toContain('32');
  });
});

describe('a RevenueCat signup', () => {
  it('has no user ID when the app gave the person none', () => {
    const anonymous = sample.payload({ ...person, userId: undefined });
    expect(readSignup(revenuecat, anonymous).userId).toBeUndefined();
  });

  it('has the user ID that the app gave later, when the first one was made up', () => {
    const named = including(sample.payload({ ...person, userId: undefined }), 'event', {
      original_app_user_id: 'user_42',
    });
    expect(readSignup(revenuecat, named).userId).toBe('user_42');
  });

  it('is not TEST, whose attributes are made up', () => {
    const test = including(body, 'event', { type: 'TEST' });
    expect(read(revenuecat, test)).toMatchObject({ kind: 'ignored' });
  });

  it.each(['RENEWAL', 'PRODUCT_CHANGE', 'UNHEARD_OF'])(
    'is completed by %s with new attributes, and not by one without',
    (type) => {
      const later = including(body, 'event', { type });
      expect(readSignup(revenuecat, later)).toMatchObject({
        completing: true,
        customerId: 'user_42',
        email: 'ada.lovelace@example.com',
      });
      for (const fields of [
        { subscriber_attributes: {} },
        { app_user_id: '$RCAnonymousID:1', original_app_user_id: '$RCAnonymousID:1' },
        { event_timestamp_ms: NOW.getTime() + 9 * 86_400_000 },
      ]) {
        expect(read(revenuecat, including(later, 'event', fields))).toEqual({
          kind: 'ignored',
          reason: 'completes_nothing',
        });
      }
    },
  );
});
