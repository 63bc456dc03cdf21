// Which events say that the person has paid: a customer counts as one from then on.
import { describe, expect, it } from 'vitest';
import { samples } from '../../samples/index.ts';
import { type Changes, read } from './sample-with.ts';

/** Each with what makes it a payment, and what makes it none. */
const PAYMENTS: Record<string, { paid: Changes; unpaid: Record<string, Changes> }> = {
  stripe: {
    paid: { 'data.object.payment_status': 'paid', 'data.object.amount_total': 2900 },
    unpaid: {
      'a checkout with a trial': {
        'data.object.payment_status': 'no_payment_required',
        'data.object.amount_total': 0,
      },
      'a checkout that is free': { 'data.object.amount_total': 0 },
      'a bank debit that is under way': { 'data.object.payment_status': 'unpaid' },
      'a customer': { type: 'customer.created' },
    },
  },
  polar: {
    paid: { type: 'order.paid', 'data.billing_reason': 'purchase', 'data.total_amount': 2900 },
    unpaid: {
      'a free product': {
        type: 'order.paid',
        'data.billing_reason': 'purchase',
        'data.total_amount': 0,
      },
      'a subscription on trial': {},
    },
  },
  lemonsqueezy: {
    paid: {
      'meta.event_name': 'order_created',
      'data.attributes.status': 'paid',
      'data.attributes.total': 999,
    },
    unpaid: {
      'an order of nothing': {
        'meta.event_name': 'order_created',
        'data.attributes.status': 'paid',
        'data.attributes.total': 0,
      },
      'an order that is pending': {
        'meta.event_name': 'order_created',
        'data.attributes.status': 'pending',
      },
      'a subscription on trial': {},
    },
  },
  creem: {
    paid: { 'object.order.amount': 1000 },
    unpaid: {
      'a free checkout': { 'object.order.amount': 0 },
      'a trial': { eventType: 'subscription.trialing' },
    },
  },
  paddle: {
    paid: {
      event_type: 'transaction.completed',
      'data.origin': 'web',
      'data.details': { totals: { total: '1200' } },
    },
    unpaid: {
      'a transaction of nothing': {
        event_type: 'transaction.completed',
        'data.origin': 'web',
        'data.details': { totals: { total: '0' } },
      },
      'a subscription on trial': {},
    },
  },
  dodo: {
    paid: { type: 'payment.succeeded', 'data.subscription_id': null, 'data.payment_id': 'pay_1' },
    unpaid: { 'a subscription': {} },
  },
  revenuecat: {
    paid: { 'event.period_type': 'NORMAL', 'event.price': 9.99 },
    unpaid: {
      'a trial': {},
      'a price of nothing': { 'event.period_type': 'NORMAL', 'event.price': 0 },
    },
  },
  shopify: {
    paid: { financial_status: 'paid', total_price: '10.00' },
    unpaid: {
      'an order that is not paid': { financial_status: 'pending', total_price: '10.00' },
      'an order of nothing': { financial_status: 'paid', total_price: '0.00' },
    },
  },
  chargebee: {
    paid: { 'content.invoice': { status: 'paid', amount_paid: 2900 } },
    unpaid: {
      'a trial without an invoice': {},
      'an invoice that is due': { 'content.invoice': { status: 'payment_due', amount_paid: 0 } },
    },
  },
};

describe.each(Object.entries(PAYMENTS))('%s', (source, { paid, unpaid }) => {
  it('tells of a payment', () => {
    expect(read(source, paid)).toMatchObject({ source, paid: true });
  });

  it.each(Object.entries(unpaid))('tells of no payment with %s', (_, changes) => {
    expect(read(source, changes)).toMatchObject({ source, paid: undefined });
  });
});

it.each([...samples.keys()].filter((source) => !(source in PAYMENTS)))(
  '%s says nothing of payments',
  (source) => {
    expect(read(source, {})).toMatchObject({ source, paid: undefined });
  },
);
