// Looking at signups.

import { SignupDetail, SignupPage } from '../../../api/signup.ts';
import { ListQuery } from '../../signups.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorAnswers } from '../operation.ts';
import { CURSOR, SignupPath } from './inputs.ts';

export const signupOperations: readonly Operation[] = [
  {
    id: 'listSignups',
    method: 'get',
    path: '/api/signups',
    tag: 'Signups',
    summary: 'List signups',
    description:
      'Newest first, page by page: every signup once, whatever arrives meanwhile. The list ends where `nextCursor` is `null`.',
    opensTo: 'operator',
    parameters: {
      query: described(ListQuery, {
        status: { description: 'Only signups of this status.' },
        match: { description: 'Only those whose visitor was found so far.' },
        channel: { description: 'Only those of this channel.' },
        source: { description: 'Only those this webhook announced, e.g. `stripe`.' },
        q: { description: 'A signup’s id, a visitor ID, or the beginning of an email.' },
        cursor: CURSOR,
        limit: { description: 'How many a page holds.', override: { type: 'integer' } },
      }),
    },
    answers: operatorAnswers(
      { 200: json('A page of signups.', SignupPage) },
      { 400: 'A parameter is wrong; `errors` says which.' },
    ),
  },
  {
    id: 'readSignup',
    method: 'get',
    path: '/api/signups/{id}',
    tag: 'Signups',
    summary: 'Read a signup',
    description:
      'One signup’s whole story: attribution, evidence, fields written, tries and reasons.',
    opensTo: 'operator',
    parameters: { path: SignupPath },
    answers: operatorAnswers(
      { 200: json('The signup.', SignupDetail) },
      { 404: 'The ledger has no such signup.' },
    ),
  },
];
