// Each match in plain words: what it says about the visitor, and what the operator can do.
import type { Match } from '../../model.ts';
import type { Explanation } from './explain.ts';

const CHECK_THE_KEY =
  'Check that DATAFAST_API_KEY (and DATAFAST_WEBSITE_ID) belong to the website people sign up on.';

/** `none`: DataFast has not been asked yet. */
export const MATCH_WORDS: Readonly<Record<Match | 'none', Explanation>> = {
  matched: { says: 'DataFast knows the visitor.' },
  no_visitor_id: {
    says: 'The webhook carried no visitor ID, so there was no visitor to look up.',
    todo: 'Pass the cookie datafast_visitor_id along at signup. docs/sources.md says where each provider carries it. A signup made outside a browser has no cookie, and that is fine.',
  },
  not_found: {
    says: 'DataFast does not know this visitor ID.',
    todo: `${CHECK_THE_KEY} If only some are unknown, the usual cause is a content blocker. Replay asks again.`,
  },
  bot: {
    says: 'DataFast says that the visitor is a bot, and keeps no data about bots.',
    todo: 'Nothing to do. If you know the person, tell DataFast.',
  },
  invalid_visitor_id: {
    says: 'The visitor ID in the webhook is not a UUID, so Whence did not look it up.',
    todo: 'Send the value of the cookie datafast_visitor_id unchanged. It is a UUID.',
  },
  rejected_by_datafast: {
    says: 'DataFast refused the request about this visitor.',
    todo: `${CHECK_THE_KEY} Then replay.`,
  },
  shared_visitor: {
    says: 'This visitor has brought two other people before, so the source of the visitor is not taken for this person.',
    todo: 'Usually it is a shared computer, or somebody who creates accounts for others. If it is many people, see whether your app sends one cookie for everybody.',
  },
  email_unverified: {
    says: 'Nobody has verified the address yet, so the source of the visitor is not taken for this person.',
    todo: 'Nothing to do if your provider sends the event that says that an address is verified. Whence takes the source then.',
  },
  none: { says: 'The visitor has not been looked up.' },
};
