// Chargebee: HTTP Basic authentication, and custom fields (`cf_…`) of customer and subscription.
// https://apidocs.chargebee.com/docs/api/events
import { joined } from './payload.ts';
import type { SourceReason } from './reasons.ts';
import { bearerToken } from './scheme.ts';
import { source } from './source.ts';
import { VISITOR_ID_NAMES } from './visitor-id.ts';

const OBJECTS = ['content.subscription', 'content.customer'];

export const chargebee = source({
  name: 'chargebee',
  schemes: [{ ...bearerToken, user: 'whence' }],
  eventType: 'event_type',
  signupEvents: [
    'customer_created',
    'subscription_created',
    'subscription_created_with_backdating',
  ],
  completes: { events: ['customer_changed'], of: 'user', by: ['content.customer.id'] },
  payment: {
    events: ['subscription_created', 'subscription_created_with_backdating'],
    state: { at: 'content.invoice.status', is: 'paid' },
    amount: 'content.invoice.amount_paid',
  },
  eventId: 'id',
  occurredAt: 'occurred_at',
  createdAt: ['content.customer.created_at', 'content.subscription.started_at'],
  ignore: ({ source: maker }) => NOT_BY_THEM.get(maker),
  metadataPaths: OBJECTS.map((object) => `${object}.meta_data`),
  visitorId: OBJECTS.flatMap((object) => VISITOR_ID_NAMES.map((name) => `${object}.cf_${name}`)),
  email: ['content.customer.email'],
  personName: [
    joined(' ', 'content.customer.first_name', 'content.customer.last_name'),
    joined(
      ' ',
      'content.customer.billing_address.first_name',
      'content.customer.billing_address.last_name',
    ),
  ],
  company: ['content.customer.company', 'content.customer.billing_address.company'],
  userId: ['content.customer.id'],
});

/** Who makes customers that did not sign up. The app's own server is the `api`. */
const NOT_BY_THEM: ReadonlyMap<unknown, SourceReason> = new Map([
  ['admin_console', 'made_by_admin'],
  ['bulk_operation', 'imported'],
  ['migration', 'imported'],
]);
