// Reading signups.
import { SignupDetail, SignupPage } from '../../../api/signup.ts';
import { ListQuery } from '../../signups.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorResponses } from '../operation.ts';
import { FILTERS } from './filters.ts';
import { CURSOR, SignupPath } from './inputs.ts';

export const signupOperations: readonly Operation[] = [
  {
    id: 'listSignups',
    method: 'get',
    path: '/api/signups',
    tag: 'Signups',
    summary: 'List signups',
    description:
      'Newest first, page by page. Every signup comes once, even if others arrive meanwhile. The last page has the `nextCursor` `null`.',
    opensTo: 'operator',
    parameters: {
      query: described(ListQuery, {
        ...FILTERS,
        reason: {
          description: 'Only signups with a delivery of this reason, e.g. `gave_up`.',
        },
        from: {
          description:
            'Only people who signed up on this day of UTC or later, or at this moment or later.',
          override: { type: 'string', examples: ['2026-11-01'] },
        },
        to: {
          description:
            'Only people who signed up on this day of UTC or earlier, or before this moment.',
          override: { type: 'string', examples: ['2026-11-30'] },
        },
        format: {
          description:
            '`csv` gives every page as one file. It may look at 20,000 signups; where more follow, the last line says the cursor to go on with.',
        },
        q: { description: 'The id of a signup, a visitor ID, or the beginning of an email.' },
        cursor: CURSOR,
        limit: { description: 'How many signups a page has.', override: { type: 'integer' } },
      }),
    },
    responses: operatorResponses(
      { 200: json('A page of signups; a file with `format=csv`.', SignupPage) },
      { 400: 'A parameter is wrong. `errors` says which.' },
    ),
  },
  {
    id: 'readSignup',
    method: 'get',
    path: '/api/signups/{id}',
    tag: 'Signups',
    summary: 'Read a signup',
    description:
      'One signup with everything there is: attribution, evidence, fields written, attempts and reasons.',
    opensTo: 'operator',
    parameters: { path: SignupPath },
    responses: operatorResponses(
      { 200: json('The signup.', SignupDetail) },
      { 404: 'The ledger has no such signup.' },
    ),
  },
];
