// The OpenAPI document: the operations in the standard's own words, with the examples of docs/api.md.
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { type Example, withoutMarks } from './examples.ts';
import { findOperation } from './find-operation.ts';
import { type Answer, type Operation, TAGS } from './operation.ts';
import { PastSignup } from './operations/repair.ts';
import { operations } from './operations.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

const DESCRIPTION = `Every signup arrives in your CRM knowing whence it came.

**Access.** \`Authorization: Bearer <ADMIN_TOKEN>\`. Until ADMIN_TOKEN is set, the API is closed to everybody.

**Errors** are problem details (RFC 9457), with \`content-type: application/problem+json\`. Where a part of the request is wrong,
\`errors\` names the parameter, or the place in the body as a JSON pointer. What was sent is never repeated. A path asked with
a method it does not have is answered 405, with \`allow\`; a path there is not, 404.

**Growth.** Answers gain keys; none changes its meaning or goes away.`;

const SECURITY: Record<Operation['opensTo'], ZodOpenApiOperationObject['security']> = {
  operator: [{ token: [] }, { session: [] }],
  signer: [{ signature: [] }],
  everybody: [],
};

/** The document, of this version of Whence. */
export function openapiDocument(version: string, examples: readonly Example[]): OpenApiDocument {
  const paths: Record<string, ZodOpenApiPathsObject[string]> = {};
  for (const operation of operations) {
    const own = examples.filter(({ request }) => isFor(request, operation));
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describe(operation, own),
    };
  }
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Whence',
        version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [
        {
          url: 'https://{worker}',
          variables: {
            worker: { default: 'whence.example.workers.dev', description: 'Your Worker.' },
          },
        },
      ],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      paths,
      components: {
        schemas: { PastSignup },
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-whence',
            description: 'Of the dashboard’s login, in a browser.',
          },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'webhook-signature',
            description: 'A signature or token, in the header the provider documents.',
          },
        },
      },
    },
    {
      // Strict in the tests; but a client must bear keys that are new to it.
      override: ({ jsonSchema, io }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) {
          delete jsonSchema.additionalProperties;
        }
      },
    },
  );
}

function isFor({ method, url }: Example['request'], operation: Operation): boolean {
  const { pathname } = new URL(url.replace('$WHENCE', 'https://whence.example'));
  return findOperation(operations, method, pathname) === operation;
}

function describe(operation: Operation, examples: readonly Example[]): ZodOpenApiOperationObject {
  const { id, tag, summary, description, opensTo, parameters, body, answers } = operation;
  const done = examples.filter(({ answer }) => answer.status === 200);
  const sent = done.find(({ request }) => request.body !== undefined);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: SECURITY[opensTo],
    ...(parameters && { requestParams: parameters }),
    ...(body && {
      requestBody: {
        description: body.description,
        required: !body.isOptional,
        content: {
          'application/json': {
            schema: body.schema,
            ...(sent?.request.body && { example: JSON.parse(sent.request.body) }),
          },
        },
      },
    }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [
        status,
        response(
          answer,
          examples.find((example) => example.answer.status === Number(status)),
        ),
      ]),
    ),
    ...(done.length > 0 && {
      'x-codeSamples': done.map(({ commands }) => ({ lang: 'Shell', source: commands })),
    }),
  };
}

function response({ description, contentType, schema, headers }: Answer, example?: Example) {
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, says]) => [
          name,
          { description: says, schema: { type: 'string' as const } },
        ]),
      ),
    }),
    content: {
      [contentType]: { schema, ...(example && { example: withoutMarks(example.answer.body) }) },
    },
  };
}
