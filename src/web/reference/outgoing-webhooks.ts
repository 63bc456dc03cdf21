// What Whence itself posts to an address of the operator's.
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { AlertEvent, DigestEvent } from '../../api/alerts.ts';
import { sentEvents } from './sent-events.ts';

export const outgoingWebhooks: ZodOpenApiPathsObject = {
  ...sentEvents,
  alert: {
    post: {
      operationId: 'alert',
      tags: ['Events'],
      summary: 'An alert',
      description:
        'Goes to ALERT_URL, signed with ALERT_SECRET as Standard Webhooks describes. docs/alerts.md says when.',
      security: [{ signature: [] }],
      requestBody: { required: true, content: { 'application/json': { schema: AlertEvent } } },
      responses: { '2XX': { description: 'Accepted. With any other answer it is sent again.' } },
    },
  },
  digest: {
    post: {
      operationId: 'digest',
      tags: ['Events'],
      summary: 'The weekly digest',
      description:
        'Goes to ALERT_URL on Mondays where ALERT_DIGEST is `weekly`, signed as an alert is.',
      security: [{ signature: [] }],
      requestBody: { required: true, content: { 'application/json': { schema: DigestEvent } } },
      responses: { '2XX': { description: 'Accepted.' } },
    },
  },
};
