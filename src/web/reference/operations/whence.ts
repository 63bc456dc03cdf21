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
    summary: 'Whether it runs',
    description:
      'Everybody sees that it runs. An operator also sees every setting that is missing or wrong.',
    opensTo: 'everybody',
    responses: { 200: json('It runs.', Health) },
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
