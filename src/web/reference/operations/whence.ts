// Whence itself.
import * as z from 'zod';
import { Health } from '../../../api/health.ts';
import { json, type Operation } from '../operation.ts';

export const whenceOperations: readonly Operation[] = [
  {
    id: 'health',
    method: 'get',
    path: '/health',
    tag: 'Whence',
    summary: 'Whether it runs and delivers',
    description:
      'For uptime monitors. 503 while nothing can be delivered: the ledger cannot be read or written, cron has not run for 15 minutes, or a delivery has been due for more than an hour. The answer is at most five seconds old. An operator also sees why, and every setting that is missing or wrong.',
    opensTo: 'everybody',
    responses: {
      200: json('It runs.', Health),
      503: json('Nothing can be delivered now.', Health),
    },
  },
  {
    id: 'openapi',
    method: 'get',
    path: '/api/openapi.json',
    tag: 'Whence',
    summary: 'This description, for machines',
    description: 'OpenAPI 3.1. It holds no data of yours, and is open to everybody.',
    opensTo: 'everybody',
    isAsset: true,
    responses: { 200: json('The document.', z.looseObject({ openapi: z.string() })) },
  },
  {
    id: 'reference',
    method: 'get',
    path: '/api/reference',
    tag: 'Whence',
    summary: 'This description, for people',
    description: 'The same as a page.',
    opensTo: 'everybody',
    isAsset: true,
    responses: {
      200: { description: 'The page.', contentType: 'text/html', schema: z.string() },
    },
  },
];
