// The OpenAPI document: every operation in the format of the standard, with the examples of docs/api.md.
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { type Example, withoutEllipses } from './examples.ts';
import { findOperation } from './find-operation.ts';
import { type DescribedResponse, type Operation, TAGS } from './operation.ts';
import { PastSignup } from './operations/backfill-replay-erase.ts';
import { operations } from './operations.ts';
import { outgoingWebhooks } from './outgoing-webhooks.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

const DESCRIPTION = `Every signup arrives in your CRM with its source.

**Access.** \`Authorization: Bearer <ADMIN_TOKEN>\`. VIEWER_TOKEN opens the GET routes as well: signups then come without
addresses and without names. Until ADMIN_TOKEN is set, the API is closed to everybody.

**Errors** are problem details (RFC 9457), with \`content-type: application/problem+json\`. Where a part of the request is wrong,
\`errors\` names the parameter, or the place in the body as a JSON pointer. An error never repeats what was sent. An unknown path
is answered 404. A known path with another method is answered 405, with \`allow\`.

**Growth.** A newer version may add keys to an answer. No key changes its meaning or goes away.`;

const SECURITY: Record<Operation['opensTo'], ZodOpenApiOperationObject['security']> = {
  operator: [{ token: [] }, { session: [] }],
  signer: [{ signature: [] }],
  everybody: [],
};

/** The document of one version of Whence. */
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
      webhooks: outgoingWebhooks,
      components: {
        schemas: { PastSignup },
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-whence',
            description: 'The session of the dashboard’s login, in a browser.',
          },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'webhook-signature',
            description: 'A signature or token, in the header that the provider documents.',
          },
        },
      },
    },
    {
      // A client must accept keys that it does not know.
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
  const { id, tag, summary, description, opensTo, parameters, body, responses } = operation;
  const done = examples.filter((example) => example.response.status === 200);
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
      Object.entries(responses).map(([status, described]) => [
        status,
        describeResponse(
          described,
          examples.find((example) => example.response.status === Number(status)),
        ),
      ]),
    ),
    ...(done.length > 0 && {
      'x-codeSamples': done.map(({ commands }) => ({ lang: 'Shell', source: commands })),
    }),
  };
}

function describeResponse(
  { description, contentType, schema, headers }: DescribedResponse,
  example?: Example,
) {
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, meaning]) => [
          name,
          { description: meaning, schema: { type: 'string' as const } },
        ]),
      ),
    }),
    content: {
      [contentType]: {
        schema,
        ...(example && { example: withoutEllipses(example.response.body) }),
      },
    },
  };
}
