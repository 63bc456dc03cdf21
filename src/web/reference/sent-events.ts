// The events that Whence sends to a receiver of the operator, among the document’s webhooks.
import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { ErasedEvent, SignupEvent } from '../../api/event.ts';
import type { TAGS } from './operation.ts';

const TAG: keyof typeof TAGS = 'Events';

const headers = z.object({
  'webhook-id': z.string().meta({
    description:
      'The signup and the event: the same for every attempt, so that you can drop what you have.',
    example: 'stripe:evt_1:enriched',
  }),
  'webhook-timestamp': z
    .string()
    .meta({ description: 'When this attempt was made, in Unix seconds.' }),
  'webhook-signature': z.string().meta({
    description: 'One signature for each of your secrets, as Standard Webhooks describes.',
  }),
});

const WHEN: Readonly<Record<z.infer<typeof SignupEvent>['type'], [summary: string, when: string]>> =
  {
    'signup.enriched': [
      'A signup, with what brought the person',
      'Once per signup, as soon as the CRM is done. While the CRM is down it waits an hour at most, and then says `waiting`.',
    ],
    'signup.updated': [
      'Something about a signup has changed',
      'When a refresh has changed the first touch or the score band, or when a CRM has ended after all. `changed` says which.',
    ],
    'signup.failed': [
      'No CRM takes the signup',
      'When a person must act first. After a replay that arrives, `signup.enriched` follows.',
    ],
  };

export const sentEvents: ZodOpenApiPathsObject = {
  ...Object.fromEntries(
    Object.entries(WHEN).map(([type, [summary, when]]) => [
      type,
      { post: operationOf(type, summary, when, SignupEvent) },
    ]),
  ),
  'person.erased': {
    post: operationOf(
      'person.erased',
      'A person is erased',
      'When an operator erases a person and asks for it.',
      ErasedEvent,
    ),
  },
};

function operationOf(
  type: string,
  summary: string,
  when: string,
  schema: z.ZodType,
): ZodOpenApiOperationObject {
  return {
    operationId: type.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase()),
    tags: [TAG],
    summary,
    description: `${when} Answer within five seconds.`,
    security: [{ signature: [] }],
    requestParams: { header: headers },
    requestBody: {
      required: true,
      content: { 'application/json': { schema } },
    },
    responses: {
      '2XX': { description: 'You have it. The body of the answer is not read.' },
      '410': { description: 'You want no more events: Whence switches the webhook off.' },
      '429': { description: 'Later; `retry-after` says when.' },
      '4XX': {
        description:
          'You refuse the event, and a person must act. 401, 403, 408, 423 and 425 are tried again.',
      },
      '5XX': { description: 'Tried again, for days if need be.' },
    },
  };
}
