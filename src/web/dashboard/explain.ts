// Why a signup stands where it stands, in plain words, and what to do about it.
import type { DeliveryStatus, Match } from '../../model.ts';

export interface Explanation {
  says: string;
  todo?: string;
}

const CHECK_KEY =
  'Check that DATAFAST_API_KEY and DATAFAST_WEBSITE_ID belong to the website people sign up on.';
const BY_ITSELF = 'Nothing to do: it is tried again by itself, and nothing is lost.';

/** Why there is a source, or none. */
const MATCHES: Readonly<Record<Match, Explanation>> = {
  matched: { says: 'DataFast knows the visitor.' },
  no_visitor_id: {
    says: 'The webhook carried no visitor ID, so there was nobody to look up.',
    todo: 'Pass the cookie datafast_visitor_id along at signup; docs/sources.md says where each provider carries it.',
  },
  not_found: {
    says: 'DataFast does not know the visitor ID.',
    todo: `${CHECK_KEY} If only some are unknown, a content blocker is the usual cause.`,
  },
  bot: { says: 'DataFast takes the visitor for a bot and keeps nothing of them.' },
  invalid_visitor_id: {
    says: 'What was sent as the visitor ID is none.',
    todo: 'Send the value of the cookie datafast_visitor_id unchanged: it is a UUID.',
  },
  rejected_by_datafast: {
    says: 'DataFast refused to be asked about the visitor.',
    todo: `${CHECK_KEY} Then replay.`,
  },
};

export function explainMatch(match: Match | null): Explanation {
  return match === null ? { says: 'The visitor has not been looked up yet.' } : MATCHES[match];
}

/** By how the reason begins; the first that fits. */
const REASONS: readonly (readonly [beginning: RegExp, says: string, todo?: string])[] = [
  [
    /^no_email/,
    'No email came with it, so there is no contact to write to.',
    'Nothing to do, unless the provider can send the email.',
  ],
  [/^customer_details/, 'It only tells who a customer is; it is no signup of its own.'],
  [
    /^waiting_for_customer/,
    'It waits up to a day for the event that tells the customer’s email.',
    'Let the provider send its customer events, too.',
  ],
  [
    /^visitor_not_found_yet/,
    'DataFast does not know the visitor yet, and is asked again for some minutes.',
  ],
  [/^replayed/, 'It is on the queue once more.'],
  [/^replay_not_queued/, 'The queue did not take the replay.', 'Replay it again.'],
  [
    /^(datafast_(key_missing|unauthorized|40[13])|datafast_website)/,
    'DataFast refuses the key.',
    'Set DATAFAST_API_KEY (and, for a dft_ token, DATAFAST_WEBSITE_ID) to a valid one. It is tried again every ten minutes.',
  ],
  [/^datafast_rate_limited/, 'DataFast allows no more requests this minute.', BY_ITSELF],
  [/^datafast/, 'DataFast cannot be reached, or does not answer as documented.', BY_ITSELF],
  [
    /^hubspot_(token_missing|401)/,
    'HubSpot refuses the token.',
    'Set HUBSPOT_TOKEN to a valid service key. It is tried again every ten minutes.',
  ],
  [
    /^hubspot_403/,
    'HUBSPOT_TOKEN lacks a scope.',
    'Give the service key crm.objects.contacts.read and .write. It is tried again every ten minutes.',
  ],
  [
    /^hubspot_property/,
    'HubSpot does not have a property, or not as it has to be.',
    'Run npm run provision.',
  ],
  [
    /^hubspot(_4(?!09|23|29)|[ ])/,
    'HubSpot refused the contact.',
    'The reason below names the property. Mend it, then replay.',
  ],
  [/^hubspot/, 'HubSpot cannot be reached, or asks to wait.', BY_ITSELF],
  [
    /^(unreadable|not_a)/,
    'The message is not one this version can read.',
    'Deploy the newest version, then replay.',
  ],
];

/** A delivery's state. */
export function explainDelivery(status: DeliveryStatus, reason: string | null): Explanation {
  if (status === 'delivered') {
    return reason === null
      ? { says: 'It is in the CRM.' }
      : { says: 'It is in the CRM, but not whole.', todo: 'The reason names what was left out.' };
  }
  const bare = (reason ?? '').replace(/^gave_up: /, '');
  const [, says = 'Something unforeseen happened.', todo] =
    REASONS.find(([beginning]) => beginning.test(bare)) ?? [];
  if (status !== 'failed' || !reason?.startsWith('gave_up')) return { says, todo };
  return {
    says: `Given up after many tries: ${says}`,
    todo: todo === BY_ITSELF ? 'Replay it.' : todo,
  };
}
