// The field table: every property Whence owns on a contact. It drives mapping, provisioning and the documentation.
import { CHANNELS, type Enriched, MATCHES } from '../model.ts';
import type { Field } from './field.ts';

type Column = Omit<Field, 'write' | 'snapshot'>;

/** Each snapshot's marker: the snapshot is there once this property is set. */
export const MARKERS = {
  signup: 'datafast_signed_up_at',
  first_touch: 'datafast_visitor_id',
} as const;

const signup: readonly Column[] = [
  {
    property: MARKERS.signup,
    label: 'Signed up at',
    type: 'datetime',
    description: 'When the first signup happened.',
    from: ({ signup }) => signup?.occurredAt,
  },
  {
    property: 'datafast_signup_source',
    label: 'Signup source',
    type: 'string',
    description: 'Which webhook announced the first signup, e.g. stripe or clerk.',
    from: ({ signup }) => signup?.source,
  },
];

const firstTouch: readonly Column[] = [
  {
    property: MARKERS.first_touch,
    label: 'DataFast visitor ID',
    type: 'string',
    description: 'The visitor this person was before signing up.',
    from: ({ visitor }) => visitor?.visitorId,
  },
  {
    property: 'datafast_channel',
    label: 'Channel',
    type: 'enumeration',
    options: CHANNELS,
    description: 'What kind of traffic brought the person.',
    from: ({ attribution }) => attribution.channel,
  },
  {
    property: 'datafast_source',
    label: 'Source',
    type: 'string',
    description: 'Which site, network or partner brought the person, e.g. Google.',
    from: ({ attribution }) => attribution.source,
  },
  {
    property: 'datafast_medium',
    label: 'Medium',
    type: 'string',
    description: 'utm_medium of the first session.',
    from: ({ attribution }) => attribution.medium,
  },
  {
    property: 'datafast_campaign',
    label: 'Campaign',
    type: 'string',
    description: 'utm_campaign of the first session.',
    from: ({ attribution }) => attribution.campaign,
  },
  {
    property: 'datafast_term',
    label: 'Term',
    type: 'string',
    description: 'utm_term of the first session.',
    from: ({ attribution }) => attribution.term,
  },
  {
    property: 'datafast_content',
    label: 'Content',
    type: 'string',
    description: 'utm_content of the first session.',
    from: ({ attribution }) => attribution.content,
  },
  {
    property: 'datafast_ref',
    label: 'Ref parameter',
    type: 'string',
    description: 'The ref parameter of the first session.',
    from: ({ attribution }) => attribution.ref,
  },
  {
    property: 'datafast_via',
    label: 'Via parameter',
    type: 'string',
    description: 'The via parameter of the first session, usually a partner’s code.',
    from: ({ attribution }) => attribution.via,
  },
  {
    property: 'datafast_referrer',
    label: 'Referrer',
    type: 'string',
    description: 'The page that linked to the site, where it is known.',
    from: ({ attribution }) => attribution.referrer,
  },
  {
    property: 'datafast_landing_page',
    label: 'Landing page',
    type: 'string',
    description: 'The first page the person saw.',
    from: ({ attribution }) => attribution.landingPage,
  },
  {
    property: 'datafast_click_id',
    label: 'Click ID',
    type: 'string',
    description: 'The ad network’s click ID, unchanged.',
    from: ({ attribution }) => attribution.clickId?.value,
  },
  {
    property: 'datafast_click_id_type',
    label: 'Click ID type',
    type: 'string',
    description: 'Which click ID it is, e.g. gclid.',
    from: ({ attribution }) => attribution.clickId?.name,
  },
  {
    property: 'datafast_evidence',
    label: 'Evidence',
    type: 'string',
    description: 'Which parameters decided the channel.',
    from: ({ attribution }) => attribution.evidence.join('; '),
  },
  {
    property: 'datafast_first_seen_at',
    label: 'First seen at',
    type: 'datetime',
    description: 'The first visit.',
    from: ({ visitor }) => visitor?.firstSeenAt,
  },
  {
    property: 'datafast_days_to_signup',
    label: 'Days to signup',
    type: 'number',
    description: 'Whole days from the first visit to the signup.',
    from: ({ journey }) => journey?.daysToSignup,
  },
  {
    property: 'datafast_visits_before_signup',
    label: 'Visits before signup',
    type: 'number',
    description: 'Visits up to the signup.',
    from: ({ journey }) => journey?.visitsBeforeSignup,
  },
  {
    property: 'datafast_pageviews_before_signup',
    label: 'Page views before signup',
    type: 'number',
    description: 'Page views up to the signup.',
    from: ({ journey }) => journey?.pageviewsBeforeSignup,
  },
];

const live: readonly Column[] = [
  {
    property: 'datafast_match',
    label: 'DataFast match',
    type: 'enumeration',
    options: MATCHES,
    description: 'Whether DataFast knew the visitor, and if not, why.',
    from: ({ match }) => match,
  },
  {
    property: 'datafast_lead_score',
    asOf: 'datafast_scored_at',
    label: 'Lead score',
    type: 'number',
    description: 'DataFast’s conversion prediction, 0–100; 50 is the site’s average.',
    from: ({ visitor }) => visitor?.prediction?.score,
  },
  {
    property: 'datafast_conversion_rate',
    asOf: 'datafast_scored_at',
    label: 'Conversion rate',
    type: 'number',
    description: 'Predicted probability of buying, as a fraction 0–1.',
    from: ({ visitor }) => visitor?.prediction?.conversionRate,
  },
  {
    property: 'datafast_expected_value',
    asOf: 'datafast_scored_at',
    label: 'Expected value',
    type: 'number',
    description: 'Predicted value in US dollars.',
    from: ({ visitor }) => visitor?.prediction?.expectedValue,
  },
  {
    property: 'datafast_prediction_confidence',
    asOf: 'datafast_scored_at',
    label: 'Prediction confidence',
    type: 'number',
    description: '0–1; DataFast advises against decisions below 0.5.',
    from: ({ visitor }) => visitor?.prediction?.confidence,
  },
  {
    property: 'datafast_scored_at',
    asOf: 'datafast_scored_at',
    label: 'Scored at',
    type: 'datetime',
    description: 'When DataFast gave the prediction.',
    from: ({ visitor, fetchedAt }) => (visitor?.prediction ? fetchedAt : undefined),
  },
  {
    property: 'datafast_visits',
    asOf: 'datafast_last_seen_at',
    label: 'Visits',
    type: 'number',
    description: 'Visits so far.',
    from: ({ visitor }) => visitor?.visits,
  },
  {
    property: 'datafast_pageviews',
    asOf: 'datafast_last_seen_at',
    label: 'Page views',
    type: 'number',
    description: 'Page views so far.',
    from: ({ visitor }) => visitor?.pageviews,
  },
  {
    property: 'datafast_last_seen_at',
    asOf: 'datafast_last_seen_at',
    label: 'Last seen at',
    type: 'datetime',
    description: 'The latest visit.',
    from: ({ visitor }) => visitor?.lastSeenAt,
  },
  {
    property: 'datafast_last_page',
    asOf: 'datafast_last_seen_at',
    label: 'Last page',
    type: 'string',
    description: 'The latest page.',
    from: ({ journey }) => journey?.lastPage,
  },
  {
    property: 'datafast_goals',
    asOf: 'datafast_last_seen_at',
    label: 'Goals',
    type: 'string',
    description: 'Goals reached, earliest first.',
    from: ({ journey }) => journey?.goals,
  },
  {
    property: 'datafast_country',
    asOf: 'datafast_last_seen_at',
    label: 'Country',
    type: 'string',
    description: 'Country of the latest page view, as a two-letter code.',
    from: ({ visitor }) => visitor?.country,
  },
  {
    property: 'datafast_region',
    asOf: 'datafast_last_seen_at',
    label: 'Region',
    type: 'string',
    description: 'Region of the latest page view.',
    from: ({ visitor }) => visitor?.region,
  },
  {
    property: 'datafast_city',
    asOf: 'datafast_last_seen_at',
    label: 'City',
    type: 'string',
    description: 'City of the latest page view.',
    from: ({ visitor }) => visitor?.city,
  },
  {
    property: 'datafast_device',
    asOf: 'datafast_last_seen_at',
    label: 'Device',
    type: 'string',
    description: 'Device of the latest page view.',
    from: ({ visitor }) => visitor?.device,
  },
  {
    property: 'datafast_os',
    asOf: 'datafast_last_seen_at',
    label: 'Operating system',
    type: 'string',
    description: 'Operating system of the latest page view.',
    from: ({ visitor }) => visitor?.os,
  },
  {
    property: 'datafast_browser',
    asOf: 'datafast_last_seen_at',
    label: 'Browser',
    type: 'string',
    description: 'Browser of the latest page view.',
    from: ({ visitor }) => visitor?.browser,
  },
];

/** Every field, in the order documentation shows them. */
export const fields: readonly Field[] = [
  ...signup.map((column): Field => ({ ...column, write: 'once', snapshot: 'signup' })),
  ...firstTouch.map((column): Field => ({ ...column, write: 'once', snapshot: 'first_touch' })),
  ...live.map((column): Field => ({ ...column, write: 'always' })),
];

/** The fields of one person as they stand, by property: what a contact would get if it had nothing yet. */
export function valuesOf(enriched: Enriched): Record<string, string | number> {
  return Object.fromEntries(
    fields.flatMap(({ property, from }) => {
      const value = from(enriched);
      return value === undefined || value === '' ? [] : [[property, value]];
    }),
  );
}
