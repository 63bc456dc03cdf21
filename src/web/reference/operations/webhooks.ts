// The doors for signups.
import * as z from 'zod';
import { WebhookAnswer } from '../../../api/webhook.ts';
import { sources } from '../../../sources/index.ts';
import { errors, json, type Operation } from '../operation.ts';
import { VISITOR_ID } from './inputs.ts';

const answers = {
  200: json('The signup is on the queue, or there is nothing to do.', WebhookAnswer),
  ...errors({
    400: 'The signature is good, the event unreadable.',
    401: 'No signature, a bad one, or older than five minutes. The log says which.',
    413: 'The body is over 1 MiB.',
    500: 'A mistake of ours. The log says more.',
    503: 'The source has no secret, or the queue is away: send it again.',
  }),
};

const SourcePath = z.object({
  source: z.enum([...sources.keys()].filter((name) => name !== 'signup')).meta({
    description:
      'The provider. docs/sources.md says where each shows its secret, and how the cookie travels.',
    example: 'stripe',
  }),
});

const SignupHeaders = z.object({
  'webhook-id': z.string().meta({
    description: 'The event’s id: the same id again is the same signup.',
    example: 'msg_1',
  }),
  'webhook-timestamp': z.string().meta({
    description: 'Unix seconds, at most five minutes off.',
    example: '1795424400',
  }),
  'webhook-signature': z.string().meta({
    description:
      '`v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`, with what follows `whsec_` in SIGNUP_WEBHOOK_SECRET, base64-decoded, as the key.',
  }),
});

const SignupEvent = z
  .object({
    type: z.literal('user.signup').meta({ description: 'Every other type is ignored.' }),
    timestamp: z.iso.datetime().optional().meta({
      description: 'When they signed up; the signature’s own time when absent.',
    }),
    data: z.object({
      email: z.email().max(254).optional().meta({
        description: 'Without one, the signup is kept and skipped.',
      }),
      name: z.string().max(200).optional(),
      user_id: z.string().max(200).optional().meta({ description: 'Your own id of the person.' }),
      visitor_id: z.string().optional().meta(VISITOR_ID),
      referrer: z.string().max(2000).optional().meta({
        description:
          '`document.referrer` of the first page, used together with a visitor ID; empty says there was none.',
      }),
    }),
  })
  .meta({ id: 'SignupEvent', description: 'Somebody signed up.' });

export const webhookOperations: readonly Operation[] = [
  {
    id: 'receiveSignup',
    method: 'post',
    path: '/webhooks/signup',
    tag: 'Webhooks',
    summary: 'Tell of a signup',
    description:
      'The way in for every app: call it from your server after somebody signed up, signed as [Standard Webhooks](https://www.standardwebhooks.com). Nobody else sends it again: on anything but 200, retry with the same id and a new timestamp.',
    opensTo: 'signer',
    parameters: { header: SignupHeaders },
    body: { description: 'The event.', schema: SignupEvent },
    answers,
  },
  {
    id: 'receiveWebhook',
    method: 'post',
    path: '/webhooks/{source}',
    tag: 'Webhooks',
    summary: 'Receive a provider’s webhook',
    description:
      'Takes whatever the provider documents, proven the way the provider proves it. A body is never refused for what it holds beside that. A provider whose refusals would block people from signing up is answered 200.',
    opensTo: 'signer',
    parameters: { path: SourcePath },
    answers: { ...answers, ...errors({ 404: 'There is no such source.' }) },
  },
];
