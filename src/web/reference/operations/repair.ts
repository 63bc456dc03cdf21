// Doing something about signups.

import * as z from 'zod';
import {
  Backfilled,
  Erased,
  Queue,
  Replayable,
  Replayed,
  ReplayedPage,
} from '../../../api/repair.ts';
import { BackfillRow } from '../../../operations/backfill.ts';
import { BackfillBody, PersonPath, ReplayBody } from '../../repair.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorAnswers } from '../operation.ts';
import { CURSOR, EMAIL, SignupPath, VISITOR_ID } from './inputs.ts';

const BODY = {
  413: 'The body is over 1 MiB.',
  415: 'The body is not announced as `application/json`.',
};
const NOT_QUEUED = 'The queue is away, and nothing was done: send it again.';

/** Parsed one by one, so that each has its own result. */
export const PastSignup = described(BackfillRow, {
  email: EMAIL,
  signed_up_at: {
    description: 'A date or a moment, in ISO 8601; neither in the future nor before 2000.',
  },
  visitor_id: VISITOR_ID,
  name: { description: 'The person’s name.' },
  user_id: { description: 'Your own id of the person.' },
});

export const repairOperations: readonly Operation[] = [
  {
    id: 'backfill',
    method: 'post',
    path: '/api/signups',
    tag: 'Repair',
    summary: 'Tell of signups of the past',
    description:
      'Up to 100 at once, each with its own result. The same signup again is the same signup: nothing is doubled. `npm run backfill` does this for a CSV file.',
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
    answers: operatorAnswers(
      { 200: json('What became of each.', Backfilled) },
      { 400: 'No JSON object, or no list of 1 to 100 signups.', ...BODY, 503: NOT_QUEUED },
    ),
  },
  {
    id: 'replaySignup',
    method: 'post',
    path: '/api/signups/{id}/replay',
    tag: 'Repair',
    summary: 'Replay a signup',
    description:
      'Sends one signup to the CRM once more. The first touch stays as it is, and older values never replace newer ones.',
    opensTo: 'operator',
    parameters: { path: SignupPath },
    answers: operatorAnswers(
      { 200: json('It is on the queue.', Replayed) },
      {
        404: 'The ledger has no such signup.',
        409: 'The message is of another version, or was never readable.',
        503: NOT_QUEUED,
      },
    ),
  },
  {
    id: 'replay',
    method: 'post',
    path: '/api/replay',
    tag: 'Repair',
    summary: 'Replay signups of a kind',
    description:
      'Up to 100 at once, oldest first; go on with `nextCursor`. What is on its way already is left out. Without a body: all that failed.',
    opensTo: 'operator',
    body: {
      description: 'Which signups.',
      isOptional: true,
      schema: described(ReplayBody, {
        status: { description: 'Their status.' },
        reason: { description: 'How the reason of one of their deliveries begins.' },
        receivedFrom: { description: 'Received then or later.' },
        receivedUntil: { description: 'Received before.' },
        cursor: CURSOR,
        dryRun: { description: 'Only counts, by reason, what would be replayed.' },
      }),
    },
    answers: operatorAnswers(
      {
        200: json(
          'They are on the queue; or, with `dryRun`, how many it would be.',
          z.union([ReplayedPage, Replayable]),
        ),
      },
      { 400: 'A filter is wrong, or misspelt.', ...BODY, 503: NOT_QUEUED },
    ),
  },
  {
    id: 'erasePerson',
    method: 'delete',
    path: '/api/people/{email}',
    tag: 'Repair',
    summary: 'Erase a person',
    description:
      'Removes a person from ledger, cache and queue. Again: nothing is left to remove. The contact in the CRM is yours to erase there.',
    opensTo: 'operator',
    parameters: { path: described(PersonPath, { email: EMAIL }) },
    answers: operatorAnswers(
      { 200: json('What was removed.', Erased) },
      { 400: 'That is not an email address.' },
    ),
  },
  {
    id: 'queue',
    method: 'get',
    path: '/api/queue',
    tag: 'Repair',
    summary: 'How much waits on the queue',
    description: 'So that nobody sends more than drains in time; `npm run backfill` looks at it.',
    opensTo: 'operator',
    answers: operatorAnswers({ 200: json('The backlog.', Queue) }),
  },
];
