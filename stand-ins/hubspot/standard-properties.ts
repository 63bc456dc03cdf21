// The properties of every portal, as far as they matter to Whence.
import { defineProperty, type PropertyCreate, type PropertyDefinition } from './definitions.ts';

export const STANDARD_GROUPS = [
  { name: 'contactinformation', label: 'Contact information', displayOrder: 0 },
  { name: 'analyticsinformation', label: 'Web analytics history', displayOrder: 1 },
];

/** In the order of the funnel. The stage only moves forward. */
export const LIFECYCLE_STAGES = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
  'evangelist',
  'other',
];

const LEAD_STATUSES = [
  'NEW',
  'OPEN',
  'IN_PROGRESS',
  'OPEN_DEAL',
  'UNQUALIFIED',
  'ATTEMPTED_TO_CONTACT',
  'CONNECTED',
  'BAD_TIMING',
];

const TRAFFIC_SOURCES = [
  'ORGANIC_SEARCH',
  'PAID_SEARCH',
  'EMAIL_MARKETING',
  'SOCIAL_MEDIA',
  'REFERRALS',
  'OTHER_CAMPAIGNS',
  'DIRECT_TRAFFIC',
  'OFFLINE',
  'PAID_SOCIAL',
  'AI_REFERRALS',
];

export function standardProperties(at: string): PropertyDefinition[] {
  const writable = (property: PropertyCreate) =>
    defineProperty(property, { at, hubspotDefined: true });
  const readOnly = (property: PropertyCreate) =>
    defineProperty(property, { at, hubspotDefined: true, readOnlyValue: true });

  return [
    writable(text('email', 'Email')),
    writable(text('firstname', 'First Name')),
    writable(text('lastname', 'Last Name')),
    writable(text('company', 'Company Name')),
    writable(text('city', 'City')),
    writable(text('state', 'State/Region')),
    writable(text('country', 'Country/Region')),
    writable(select('lifecyclestage', 'Lifecycle Stage', LIFECYCLE_STAGES)),
    writable(select('hs_lead_status', 'Lead Status', LEAD_STATUSES)),
    writable(analytics(select('hs_analytics_source', 'Original Traffic Source', TRAFFIC_SOURCES))),
    writable(analytics(text('hs_google_click_id', 'Google ad click id'))),
    writable(analytics(text('hs_facebook_click_id', 'Facebook click id'))),
    readOnly(analytics(text('hs_analytics_first_url', 'First Page Seen'))),
    readOnly(analytics(text('ip_city', 'IP City'))),
    readOnly(text('hs_additional_emails', 'Additional email addresses')),
    readOnly({ ...text('hs_object_id', 'Record ID'), type: 'number', fieldType: 'number' }),
    readOnly({ ...text('hubspotscore', 'HubSpot Score'), type: 'number', fieldType: 'number' }),
    readOnly({ ...text('createdate', 'Create Date'), type: 'datetime', fieldType: 'date' }),
    readOnly({ ...text('lastmodifieddate', 'Last Modified'), type: 'datetime', fieldType: 'date' }),
  ];
}

function text(name: string, label: string): PropertyCreate {
  return { name, label, type: 'string', fieldType: 'text', groupName: 'contactinformation' };
}

function select(name: string, label: string, values: readonly string[]): PropertyCreate {
  const options = values.map((value, displayOrder) => {
    return { label: value, value, displayOrder, hidden: false };
  });
  return { ...text(name, label), type: 'enumeration', fieldType: 'select', options };
}

function analytics(property: PropertyCreate): PropertyCreate {
  return { ...property, groupName: 'analyticsinformation' };
}
