// What an operator orders: backfill, replay, erase.

import * as z from 'zod';
import {
  Backfilled,
  Erased,
  Queue,
  Replayable,
  Replayed,
  ReplayedPage,
  SwitchedOn,
} from '../../../api/operations.ts';
import { BackfillRow } from '../../../operations/backfill.ts';
import { BackfillBody, ErasureQuery, PersonPath, ReplayBody } from '../../operations.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorResponses } from '../operation.ts';
import { CURSOR, EMAIL, SignupPath, VISITOR_ID } from './inputs.ts';

const BODY = {
  413: 'The body is over 1 MiB.',
  415: 'The `content-type` is not `application/json`.',
};
const NOT_QUEUED = 'The queue is unavailable, and nothing was done. Send it again.';

/** Each is parsed alone, so that each has its own result. */
export const PastSignup = described(BackfillRow, {
  email: EMAIL,
  signed_up_at: {
    description: 'A date or a moment in ISO 8601, neither in the future nor before 2000.',
  },
  visitor_id: VISITOR_ID,
  name: { description: 'The person’s name.' },
  user_id: { description: 'Your own id for the person.' },
  email_verified: {
    description:
      'Whether the address is known to be the person’s. With `false`, a contact that exists is not changed.',
  },
});

export const operatorOperations: readonly Operation[] = [
  {
    id: 'backfill',
    method: 'post',
    path: '/api/signups',
    tag: 'Operations',
    summary: 'Backfill signups of the past',
    description:
      'Up to 100 at once, each with its own result. A row with an unknown key is refused by name. `visitorId`, `datafast_visitor_id` and `datafastVisitorId` mean `visitor_id`; `signedUpAt`, `userId` and `emailVerified` are known as well. Sending the same signup twice has no further effect. `npx whence-crm backfill` does this for a CSV file.',
    opensTo: 'operator',
    body: {
      description: 'The signups.',
      schema: described(BackfillBody, {
        signups: {
          description: 'Signups of the past.',
          override: { items: { $ref: '#/components/schemas/PastSignup' } },
        },
      }),
    },
    responses: operatorResponses(
      { 200: json('One result per signup.', Backfilled) },
      {
        400: 'The body is not a JSON object with a list of 1 to 100 signups.',
        ...BODY,
        503: NOT_QUEUED,
      },
    ),
  },
  {
    id: 'replaySignup',
    method: 'post',
    path: '/api/signups/{id}/replay',
    tag: 'Operations',
    summary: 'Replay a signup',
    description:
      'Sends one signup to the CRM again. A first touch that is known stays as it is. One that is `Unknown` is replaced when the source of the same visitor is known now. Older values never replace newer ones.',
    opensTo: 'operator',
    parameters: { path: SignupPath },
    responses: operatorResponses(
      { 200: json('The signup is on the queue.', Replayed) },
      {
        404: 'The ledger has no such signup.',
        409: 'The message has another version, or was never readable.',
        503: NOT_QUEUED,
      },
    ),
  },
  {
    id: 'replay',
    method: 'post',
    path: '/api/replay',
    tag: 'Operations',
    summary: 'Replay signups by filter',
    description:
      'Up to 100 at once, oldest first. Continue with `nextCursor`. A signup that is already on the queue is left out. Without a body, it replays every failed signup.',
    opensTo: 'operator',
    body: {
      description: 'Which signups.',
      isOptional: true,
      schema: described(ReplayBody, {
        status: { description: 'Their status.' },
        reason: { description: 'The reason code of one of their deliveries, exactly.' },
        receivedFrom: { description: 'Received at this moment or later.' },
        receivedUntil: { description: 'Received before this moment.' },
        destination: {
          description:
            'Only there, by its name: what has the status there. With `delivered`, also what was never sent there, such as signups from before the destination was set.',
        },
        cursor: CURSOR,
        dryRun: { description: 'Only counts, by reason, what would be replayed.' },
      }),
    },
    responses: operatorResponses(
      {
        200: json(
          'The signups are on the queue. With `dryRun`: how many it would be.',
          z.union([ReplayedPage, Replayable]),
        ),
      },
      { 400: 'A filter is wrong or misspelt.', ...BODY, 503: NOT_QUEUED },
    ),
  },
  {
    id: 'erasePerson',
    method: 'delete',
    path: '/api/people/{email}',
    tag: 'Operations',
    summary: 'Erase a person',
    description:
      'Removes a person from ledger, cache and queue. To erase them twice does no harm. The contact in the CRM stays; you can erase it there.',
    opensTo: 'operator',
    parameters: {
      path: described(PersonPath, { email: EMAIL }),
      query: described(ErasureQuery, {
        destinations: {
          description:
            '`true` also asks the destinations that can: a CRM removes the values of Whence, and a receiver of events gets `person.erased`. The answer names what stays.',
        },
      }),
    },
    responses: operatorResponses(
      { 200: json('What was removed.', Erased) },
      {
        400: 'The path holds no email address, or the query is wrong.',
        503: 'A destination cannot be reached, so nothing was erased yet.',
      },
    ),
  },
  {
    id: 'switchOn',
    method: 'post',
    path: '/api/destinations/{name}/switch-on',
    tag: 'Operations',
    summary: 'Switch a destination on again',
    description:
      'A receiver of events that answers 410 wants no more of them, and signups skip it from then on, with the reason `destination_stopped`. This sends it events again. What was skipped can be replayed.',
    opensTo: 'operator',
    parameters: {
      path: z.object({ name: z.string().meta({ description: 'The name of the destination.' }) }),
    },
    responses: operatorResponses(
      { 200: json('It is on.', SwitchedOn) },
      { 404: 'No destination of this name is on.' },
    ),
  },
  {
    id: 'queue',
    method: 'get',
    path: '/api/queue',
    tag: 'Operations',
    summary: 'Count what waits on the queue',
    description:
      '`npx whence-crm backfill` reads it, so that it never sends more than the queue takes in time.',
    opensTo: 'operator',
    responses: operatorResponses({ 200: json('The backlog.', Queue) }),
  },
];
