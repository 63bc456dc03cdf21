// Memberstack, delivered by Svix. https://developers.memberstack.com/admin-node-package/verification
import { at, joined } from './payload.ts';
import { svix } from './scheme.ts';
import { source } from './source.ts';

export const memberstack = source({
  name: 'memberstack',
  schemes: [svix],
  eventType: 'event',
  signupEvents: ['member.created'],
  completes: { events: ['member.updated'], of: 'user', by: ['payload.id'] },
  occurredAt: 'timestamp',
  createdAt: ['payload.createdAt'],
  metadataPaths: ['payload.metaData', 'payload.customFields'],
  // Webflow's forms have hyphens in the names of their fields.
  visitorId: ['payload.customFields.datafast-visitor-id'],
  email: ['payload.auth.email', 'payload.email'],
  emailVerified: ['payload.verified'],
  personName: [
    (event) => at(event, 'payload.customFields.name'),
    joined(' ', 'payload.customFields.first-name', 'payload.customFields.last-name'),
  ],
  company: ['payload.customFields.company'],
  userId: ['payload.id'],
});
