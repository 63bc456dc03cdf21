// Why a genuine webhook puts no signup on the queue. The code is the answer to the provider and the word in the log.
// `configuration`: whatever sends such events is set up wrongly, and signups are lost. The doctor and the alerts say so.
import type { ReasonTable } from '../reasons.ts';

export const SOURCE_REASONS = {
  not_a_signup_event: {
    class: 'permanent',
    says: 'The event is not one that means a signup.',
    todo: 'Nothing to do. To save requests, send only the events that docs/sources.md names for this source.',
  },
  completes_nothing: {
    class: 'permanent',
    says: 'The event is no signup, and says nothing that a recent signup could wait for.',
    todo: 'Nothing to do.',
  },
  thin_event: {
    class: 'configuration',
    says: 'Stripe sends thin events here. They do not hold what they are about.',
    todo: 'In Stripe, make a webhook endpoint with the payload style Snapshot, and delete this one.',
  },
  other_table: {
    class: 'configuration',
    says: 'The database webhook is of another table than auth.users.',
    todo: 'Make the trigger on auth.users, as docs/sources.md shows it.',
  },
  chat_message: {
    class: 'permanent',
    says: 'The provider sends messages for a chat here, and not its events.',
    todo: 'In Polar, set the format of the endpoint to Raw.',
  },
  log_stream: {
    class: 'permanent',
    says: 'Auth0 sends a log stream here. Its entries do not hold what the app says of the user.',
    todo: 'In Auth0, make an event stream instead, as docs/sources.md shows it.',
  },
  shopify_event: {
    class: 'configuration',
    says: 'It is one of Shopify Events, which do not hold the order or the customer.',
    todo: 'In Shopify, make webhooks for orders/create and customers/create instead.',
  },
  renewal: {
    class: 'permanent',
    says: 'It is a later payment of a customer, not the first one.',
    todo: 'Nothing to do.',
  },
  subscription_payment: {
    class: 'permanent',
    says: 'The payment belongs to a subscription, and the event of the subscription is the signup.',
    todo: 'Nothing to do, if the provider also sends the event that docs/sources.md names for subscriptions.',
  },
  imported: {
    class: 'permanent',
    says: 'The customer was moved here from another system and did not sign up now.',
    todo: 'Nothing to do. `npx whence-crm backfill` writes customers from before.',
  },
  made_by_admin: {
    class: 'permanent',
    says: 'An admin or an API made this, so the person did not sign up.',
    todo: 'If your own server signs people up through the API, let it call the source signup as well.',
  },
  own_change: {
    class: 'permanent',
    says: 'The event tells of what Whence itself has written.',
    todo: 'Nothing to do.',
  },
  card_saved: {
    class: 'permanent',
    says: 'The checkout only saved a means of payment. Nobody bought anything.',
    todo: 'Nothing to do.',
  },
  not_paid: {
    class: 'permanent',
    says: 'The payment failed.',
    todo: 'Nothing to do.',
  },
  anonymous_user: {
    class: 'permanent',
    says: 'The user is anonymous, so there is nobody to write a contact for.',
    todo: 'Nothing to do.',
  },
  connected_account: {
    class: 'permanent',
    says: 'The event comes from a connected account. Its customers are not yours.',
    todo: 'Nothing to do. To save requests, let the endpoint listen to your own account only.',
  },
  test_event: {
    class: 'permanent',
    says: 'The event comes from the test mode of the provider.',
    todo: 'To let test events through, set ALLOW_TEST_EVENTS to true.',
  },
  not_a_json_object: {
    class: 'configuration',
    says: 'The body is not a JSON object in UTF-8.',
    todo: 'Let the provider send JSON. docs/sources.md says how to set up the webhook.',
  },
  event_type_missing: {
    class: 'configuration',
    says: 'The event does not name its type where this provider puts it.',
    todo: 'Check that the webhook on this route is one of this provider, in the format that docs/sources.md names.',
  },
  event_id_missing: {
    class: 'configuration',
    says: 'The event has no ID where this provider puts it, so Whence could not recognise it when it comes again.',
    todo: 'Check that the webhook on this route is one of this provider, in the format that docs/sources.md names.',
  },
  queue_slow: {
    class: 'transient',
    says: 'The queue had not accepted the signup when the answer was due. It may still arrive.',
    todo: 'Nothing to do. When it happens often, look at the status of Cloudflare Queues.',
  },
  queue_unavailable: {
    class: 'transient',
    says: 'The queue did not accept the signup. It is lost, because a refusal would keep the person from signing up.',
    todo: 'Look at the status of Cloudflare Queues.',
  },
} as const satisfies ReasonTable;

/** The code of a reason why a genuine webhook is ignored or cannot be read. */
export type SourceReason = keyof typeof SOURCE_REASONS;
