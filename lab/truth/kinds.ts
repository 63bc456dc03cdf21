// The kinds of people in `npm run truth`: how often each occurs, and their story from the first visit to the webhook.
import { CLICK_IDS, DIRECT, type Origin, REFERRERS, TAGGED, UNRECORDED } from './origins.ts';

/** The story of one person, in minutes. Absent: nothing of the kind happened. */
export interface Story {
  /** One of these brought the first visit. */
  first: readonly Origin[];
  /** One of these brought the visit of the signup, days after the first. Absent: it was the first visit. */
  later?: readonly Origin[];
  /** The webhook arrives so many minutes after the signup: from, to. */
  late?: Range;
  /** DataFast knows the visitor so many minutes after the signup: from, to. */
  lag?: Range;
  /** The address comes with a second event, so many minutes after the first: from, to. */
  emailAfter?: Range;
  /** The visitor ID stands where people also put their own IDs. `own`: it is their own. */
  guessed?: 'visitor' | 'own';
  /** So many people sign up with the same browser. Only the first two count as its people. */
  people?: number;
  /** They are rows of a backfill, signed up months ago. */
  backfilled?: true;
  /** What DataFast does not answer while they sign up. */
  down?: 'map' | 'map and list';
  /** They come back to the site by themselves after so many minutes: from, to. */
  returns?: Range;
  /** They sign up again after so many minutes, as another visitor with a tagged link: from, to. */
  otherDevice?: Range;
  /** The app sends the referrer itself. */
  sendsReferrer?: true;
  /** The app sends no visitor ID. */
  withoutVisitor?: true;
}

type Range = readonly [from: number, to: number];

const ANY: readonly Origin[] = [...TAGGED, ...REFERRERS, DIRECT];
const LATER: readonly Origin[] = [DIRECT, ...TAGGED, ...REFERRERS];

/** Each with its share of the people. */
export const KINDS: Readonly<Record<string, Story & { share: number }>> = {
  'tagged link': { share: 0.16, first: TAGGED },
  'tagged link, returning': { share: 0.08, first: TAGGED, later: LATER },
  'click ID': { share: 0.06, first: CLICK_IDS },
  'click ID, returning': { share: 0.03, first: CLICK_IDS, later: LATER },
  'referrer only, first visit': { share: 0.12, first: REFERRERS },
  'referrer only, returning': { share: 0.08, first: REFERRERS, later: LATER },
  'referrer only, late webhook': { share: 0.05, first: REFERRERS, late: [40, 300] },
  'referrer only, returning, late webhook': {
    ...{ share: 0.04, first: REFERRERS, later: LATER, late: [40, 300] },
  },
  'direct, first visit': { share: 0.05, first: [DIRECT] },
  'direct, returning by a link': {
    ...{ share: 0.03, first: [DIRECT], later: [...TAGGED, ...REFERRERS] },
  },
  'no referrer recorded': { share: 0.03, first: [UNRECORDED], later: LATER },
  'app sends the referrer': { share: 0.02, first: REFERRERS, sendsReferrer: true },
  'map down': { share: 0.03, first: REFERRERS, down: 'map' },
  'map and list down, back later': {
    ...{ share: 0.02, first: REFERRERS, down: 'map and list', returns: [20, 40] },
  },
  'email with the second event': { share: 0.04, first: ANY, emailAfter: [1, 50] },
  'guessed visitor ID': { share: 0.03, first: ANY, guessed: 'visitor' },
  'guess that is no visitor': { share: 0.01, first: ANY, guessed: 'own' },
  'shared browser': { share: 0.015, first: ANY, people: 4 },
  backfill: { share: 0.03, first: ANY, backfilled: true },
  'backfill, returning': { share: 0.03, first: ANY, later: LATER, backfilled: true },
  'DataFast learns late': { share: 0.04, first: ANY, lag: [1, 9] },
  'two devices': { share: 0.02, first: REFERRERS, otherDevice: [15, 40] },
  'no visitor ID': { share: 0.01, first: ANY, withoutVisitor: true },
};
