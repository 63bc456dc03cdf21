// Reading a visitor, and what would be written.
import { Preview } from '../../../api/preview.ts';
import { VisitorResult } from '../../../api/visitor.ts';
import { PreviewQuery } from '../../preview.ts';
import { VisitorPath } from '../../visitors.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorResponses } from '../operation.ts';
import { EMAIL, VISITOR_ID } from './inputs.ts';

const UNAVAILABLE = 'DataFast cannot be asked now, and the visitor is not in the cache.';

export const visitorOperations: readonly Operation[] = [
  {
    id: 'readVisitor',
    method: 'get',
    path: '/api/visitors/{visitorId}',
    tag: 'Visitors',
    summary: 'Read a visitor',
    description:
      'What a signup of this visitor would bring. Visitor and referrer come from the cache, or are asked for now.',
    opensTo: 'operator',
    parameters: { path: described(VisitorPath, { visitorId: VISITOR_ID }) },
    responses: operatorResponses(
      { 200: json('The visitor, or why there is none.', VisitorResult) },
      { 400: 'The path holds no UUID.', 503: UNAVAILABLE },
    ),
  },
  {
    id: 'preview',
    method: 'get',
    path: '/api/preview',
    tag: 'Visitors',
    summary: 'Preview a signup',
    description:
      'For each property: what the CRM holds, what would be written if the person signed up now, and why or why not. Visitor and referrer come from the cache, or are asked for now.',
    opensTo: 'operator',
    parameters: { query: described(PreviewQuery, { email: EMAIL, visitorId: VISITOR_ID }) },
    responses: operatorResponses(
      { 200: json('What each destination would do.', Preview) },
      { 400: 'A parameter is missing or wrong. `errors` says which.', 503: UNAVAILABLE },
    ),
  },
];
