// The person comes before the company, and is never called by its name.
import { describe, expect, it } from 'vitest';
import { type Changes, read } from './sample-with.ts';

const details = (names: object): Changes => ({
  'data.object.customer_details': { email: 'ada@example.com', ...names },
});
const customer = (names: object): Changes => ({
  type: 'customer.created',
  'data.object': { object: 'customer', id: 'cus_1', email: 'ada@example.com', ...names },
});
const COMPANY = { name: 'Biz Ltd', business_name: 'Biz Ltd' };
const guest = { customer: null, first_name: undefined };

describe('the name', () => {
  it.each<[string, Changes, string | undefined, string | undefined]>([
    ['stripe', details({ ...COMPANY, individual_name: 'Ind Ividual' }), 'Ind Ividual', 'Biz Ltd'],
    ['stripe', details({ name: null, individual_name: 'Cus Tomer' }), 'Cus Tomer', undefined],
    ['stripe', details(COMPANY), undefined, 'Biz Ltd'],
    ['stripe', details({ name: 'Ada', business_name: 'Biz Ltd' }), 'Ada', 'Biz Ltd'],
    ['stripe', details({ name: 'Ada', business_name: null }), 'Ada', undefined],
    [
      'stripe',
      { 'data.object.collected_information': { individual_name: 'Ada L', business_name: 'Biz' } },
      'Ada L',
      'Biz',
    ],
    ['stripe', customer({ ...COMPANY, individual_name: 'Cus Tomer' }), 'Cus Tomer', 'Biz Ltd'],
    ['stripe', customer({ name: null, individual_name: 'Cus Tomer' }), 'Cus Tomer', undefined],
    ['stripe', customer(COMPANY), undefined, 'Biz Ltd'],
    [
      'workos',
      { 'data.first_name': null, 'data.last_name': null, 'data.name': 'Ada Lovelace' },
      'Ada Lovelace',
      undefined,
    ],
    ['workos', { 'data.name': 'Countess' }, 'Ada Lovelace', undefined],
    ['polar', { 'data.customer.type': 'team', 'data.customer.name': 'Acme' }, undefined, 'Acme'],
    ['polar', { 'data.customer.type': 'individual' }, 'Ada Lovelace', undefined],
    [
      'polar',
      { type: 'customer.created', data: { id: 'c', type: 'team', name: 'Acme' } },
      undefined,
      'Acme',
    ],
    [
      'shopify',
      { ...guest, billing_address: { first_name: 'Ada', last_name: 'King', company: 'Biz' } },
      'Ada King',
      'Biz',
    ],
    [
      'shopify',
      { ...guest, shipping_address: { first_name: 'Ada', last_name: 'King' } },
      'Ada King',
      undefined,
    ],
    [
      'shopify',
      { billing_address: { first_name: 'Somebody', last_name: 'Else', company: '' } },
      'Ada Lovelace',
      undefined,
    ],
    ['signup', { 'data.company': ' Biz Ltd ' }, 'Ada Lovelace', 'Biz Ltd'],
    ['signup', { 'data.name': 'Biz Ltd', 'data.company': 'Biz Ltd' }, undefined, 'Biz Ltd'],
    ['signup', { 'data.company': 42 }, 'Ada Lovelace', undefined],
  ])('of %s with %j is %s, of %s', (source, changes, name, company) => {
    expect(read(source, changes)).toMatchObject({ source, name, company });
  });
});
