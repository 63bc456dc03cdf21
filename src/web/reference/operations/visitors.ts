// Looking at a visitor, and at what would be written.

import { Preview } from '../../../api/preview.ts';
import { VisitorResult } from '../../../api/visitor.ts';
import { PreviewQuery } from '../../preview.ts';
import { VisitorPath } from '../../visitors.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorAnswers } from '../operation.ts';
import { EMAIL, VISITOR_ID } from './inputs.ts';

const UNASKED = 'DataFast cannot be asked now, and the cache has nothing.';

export const visitorOperations: readonly Operation[] = [
  {
    id: 'readVisitor',
    method: 'get',
    path: '/api/visitors/{visitorId}',
    tag: 'Visitors',
    summary: 'Read a visitor',
    description: 'What a signup of this visitor would bring: from the cache, else fetched now.',
    opensTo: 'operator',
    parameters: { path: described(VisitorPath, { visitorId: VISITOR_ID }) },
    answers: operatorAnswers(
      { 200: json('The visitor, or why there is none.', VisitorResult) },
      { 400: 'That is not a UUID.', 503: UNASKED },
    ),
  },
  {
    id: 'preview',
    method: 'get',
    path: '/api/preview',
    tag: 'Visitors',
    summary: 'Preview a signup',
    description:
      'Property by property: what the CRM holds, what would be written if the person signed up now, and why or why not.',
    opensTo: 'operator',
    parameters: { query: described(PreviewQuery, { email: EMAIL, visitorId: VISITOR_ID }) },
    answers: operatorAnswers(
      { 200: json('What each destination would do.', Preview) },
      { 400: 'A parameter is missing or wrong; `errors` says which.', 503: UNASKED },
    ),
  },
];
