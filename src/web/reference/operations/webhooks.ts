// The routes for signups.
import * as z from 'zod';
import { WebhookAnswer } from '../../../api/webhook.ts';
import { sources } from '../../../sources/index.ts';
import { errors, json, type Operation } from '../operation.ts';
import { VISITOR_ID } from './inputs.ts';

const responses = {
  200: json('The signup is on the queue, or there is nothing to do.', WebhookAnswer),
  ...errors({
    400: 'The id in the header has characters that it must not have, or the signature is good and the event is unreadable.',
    401: 'The signature is missing, wrong, or older than five minutes. The log says which.',
    413: 'The body is over 1 MiB.',
    500: 'An internal error. The log says more.',
    503: 'The source has no secret, or the queue is unavailable. Send it again.',
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
    description:
      'The id of the event, of visible ASCII without a dot. The same id is the same signup.',
    example: 'msg_1',
  }),
  'webhook-timestamp': z.string().meta({
    description: 'Unix seconds, at most five minutes from now.',
    example: '1795424400',
  }),
  'webhook-signature': z.string().meta({
    description:
      '`v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`. The key is what follows `whsec_` in SIGNUP_WEBHOOK_SECRET, base64-decoded.',
  }),
});

const SignupEvent = z
  .object({
    type: z.enum(['user.signup', 'user.verified']).meta({
      description:
        '`user.verified` says later that the address of a signup is verified; it is no signup. Every other type is ignored.',
      example: 'user.signup',
    }),
    timestamp: z.iso.datetime({ offset: true }).optional().meta({
      description: 'When the person signed up. Without it, the time of the signature counts.',
    }),
    data: z.object({
      // Not the format `email`: validators take it for ASCII only.
      email: z.string().max(254).optional().meta({
        description:
          'Any address, with letters outside ASCII as well. Without one, the signup waits for an event that brings it, if it has a user_id.',
        example: 'ada@example.com',
      }),
      email_verified: z.boolean().optional().meta({
        description:
          'Whether the address is known to be the person’s. With `false`, a contact that exists is not changed until a `user.verified` event comes. Absent counts as verified.',
      }),
      name: z.string().max(200).optional(),
      company: z.string().max(200).optional(),
      user_id: z.string().max(200).optional().meta({ description: 'Your own id for the person.' }),
      visitor_id: z.string().optional().meta(VISITOR_ID),
      created_at: z.iso.datetime({ offset: true }).optional().meta({
        description:
          'When the person signed up, if that is earlier than `timestamp`: for people from before.',
      }),
      is_anonymous: z.boolean().optional().meta({
        description: 'With `true` the event is ignored: there is nobody to write a contact for.',
      }),
      referrer: z.string().max(2000).optional().meta({
        description:
          '`document.referrer` of the first page, used together with a visitor ID. Empty means that there was none.',
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
    summary: 'Send a signup',
    description:
      'For every app: call it from your server after somebody signed up, signed as [Standard Webhooks](https://www.standardwebhooks.com). There is no provider that retries for you: on any answer but 200, send it again with the same id and a new timestamp.',
    opensTo: 'signer',
    parameters: { header: SignupHeaders },
    body: { description: 'The event.', schema: SignupEvent },
    responses,
  },
  {
    id: 'receiveWebhook',
    method: 'post',
    path: '/webhooks/{source}',
    tag: 'Webhooks',
    summary: 'Receive a provider’s webhook',
    description:
      'Takes the events that the provider documents, with the provider’s own signature or token. Unknown keys in the body are ignored. Where an error would stop people from signing up, the provider is always answered 200.',
    opensTo: 'signer',
    parameters: { path: SourcePath },
    responses: { ...responses, ...errors({ 404: 'There is no such source.' }) },
  },
];
