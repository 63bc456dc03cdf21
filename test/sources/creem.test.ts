// Creem: two signatures, of which the stronger one decides, two names for everything, and later periods.
import { describe, expect, it } from 'vitest';
import { creem as sample, signLegacy } from '../../samples/creem.ts';
import { creem } from '../../src/sources/creem.ts';
import {
  including,
  NOW,
  person,
  read,
  readSignup,
  VISITOR_ID,
  verifyAt,
  withHeaders,
} from './deliver.ts';

const secret = sample.newSecret();
const body = sample.payload(person);

describe('a Creem signature', () => {
  const legacy = async () => ({ 'creem-signature': await signLegacy(body, secret) });
  const standard = () => sample.sign(body, { secret, eventId: person.eventId, at: NOW });

  it('of the older kind alone is accepted, with the whole text of the secret as key', async () => {
    const headers = await legacy();
    expect(await verifyAt(creem, { headers, body }, [secret])).toEqual({ ok: true, signed: {} });
    expect(await verifyAt(creem, { headers, body: `${body} ` }, [secret])).toMatchObject({
      ok: false,
    });
    const decoded = secret.slice('whsec_'.length);
    expect(await verifyAt(creem, { headers, body }, [decoded])).toMatchObject({ ok: false });
  });

  it('of both kinds is accepted', async () => {
    const both = withHeaders(await standard(), await legacy());
    expect(await verifyAt(creem, both, [secret])).toMatchObject({ ok: true });
  });

  it('of the newer kind decides alone: a good older one does not save it', async () => {
    const wrong = `v1,${'A'.repeat(43)}=`;
    const forged = withHeaders(
      { headers: new Headers(await legacy()), body },
      {
        'webhook-id': person.eventId,
        'webhook-timestamp': String(NOW.getTime() / 1000),
        'webhook-signature': wrong,
      },
    );
    expect(await verifyAt(creem, forged, [secret])).toEqual({
      ok: false,
      reason: 'signature_mismatch',
    });
    forged.headers.delete('webhook-timestamp');
    expect(await verifyAt(creem, forged, [secret])).toMatchObject({ ok: false });
  });

  it('of the newer kind is too old after five minutes, also beside a good older one', async () => {
    const both = withHeaders(await standard(), await legacy());
    const later = new Date(NOW.getTime() + 301_000);
    expect(await verifyAt(creem, both, [secret], later)).toEqual({
      ok: false,
      reason: 'timestamp_outside_tolerance',
    });
  });
});

describe('a Creem signup', () => {
  it('is the same with the newer names type and data', () => {
    const newer = body.replace('"eventType"', '"type"').replace('"object":{', '"data":{');
    expect(readSignup(creem, newer)).toEqual(readSignup(creem, body));
    const test = sample.payload({ ...person, test: true }).replace('"object":{', '"data":{');
    expect(readSignup(creem, test).test).toBe(true);
  });

  it.each(['order', 'subscription'])('can have its visitor in the metadata of the %s', (name) => {
    const metadata = { datafast_visitor_id: VISITOR_ID };
    const bare = including(sample.payload({ ...person, visitorId: undefined }), 'object', {
      [name]: { metadata },
    });
    expect(readSignup(creem, bare).visitorId).toBe(VISITOR_ID);
  });

  it('is the first paid period of a subscription, not a later one', () => {
    const paid = (created_at: string, current_period_start_date: string) =>
      including(body.replace('checkout.completed', 'subscription.paid'), 'object', {
        created_at,
        current_period_start_date,
      });
    const first = paid('2026-11-23T08:59:00.000Z', '2026-11-23T08:59:20.000Z');
    expect(read(creem, first)).toMatchObject({ kind: 'signup' });
    const second = paid('2026-10-23T08:59:00.000Z', '2026-11-23T08:59:00.000Z');
    expect(read(creem, second)).toEqual({ kind: 'ignored', reason: 'renewal' });
  });
});
