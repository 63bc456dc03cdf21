// The customers of one Stripe account, live and in test mode, and the events that tell of their changes.
// https://docs.stripe.com/api/customers/object

export interface StripeCustomer {
  id: string;
  object: 'customer';
  email: string | null;
  name: string | null;
  livemode: boolean;
  created: number;
  metadata: Record<string, string>;
}

/** `customer.updated`, as Stripe sends it to the account's webhook endpoints. */
export interface StripeEvent {
  id: string;
  object: 'event';
  api_version: string;
  type: 'customer.updated';
  created: number;
  livemode: boolean;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  data: { object: object; previous_attributes: object };
}

export interface Customers {
  byId: Map<string, StripeCustomer>;
  deleted: Set<string>;
  events: StripeEvent[];
  /** Adds to the metadata; an empty value removes its key. */
  merge(
    customer: StripeCustomer,
    metadata: Readonly<Record<string, string>>,
    request: StripeEvent['request'],
  ): void;
}

export function createCustomers(now: () => number, apiVersion: string): Customers {
  const customers: Customers = {
    byId: new Map(),
    deleted: new Set(),
    events: [],
    merge(customer, metadata, request) {
      const before = { ...customer.metadata };
      for (const [key, value] of Object.entries(metadata)) {
        if (value === '') delete customer.metadata[key];
        else customer.metadata[key] = value;
      }
      const changed = Object.keys(metadata).filter((key) => before[key] !== customer.metadata[key]);
      // A change of nothing is no event.
      if (changed.length === 0) return;
      customers.events.push({
        id: `evt_${crypto.randomUUID().replaceAll('-', '')}`,
        object: 'event',
        api_version: apiVersion,
        type: 'customer.updated',
        created: Math.floor(now() / 1000),
        livemode: customer.livemode,
        pending_webhooks: 1,
        request,
        data: {
          object: customerBody(customer),
          previous_attributes: {
            metadata: Object.fromEntries(changed.map((key) => [key, before[key] ?? null])),
          },
        },
      });
    },
  };
  return customers;
}

/** The whole object, as every answer has it. */
export function customerBody(customer: StripeCustomer) {
  return {
    ...customer,
    metadata: { ...customer.metadata },
    address: null,
    balance: 0,
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    invoice_prefix: 'A1B2C3D4',
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}
