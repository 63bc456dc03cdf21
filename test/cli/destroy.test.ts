// `destroy` with the real wrangler, against an API of Cloudflare that has nothing, or refuses: its words are understood.
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProgram, type Program } from './program.ts';

const ACCOUNT = { id: '0123456789abcdef0123456789abcdef', name: 'Acme' };

let program: Program;
beforeEach(() => {
  program = openProgram();
});
afterEach(() => program.close());

/** What the account of this token says about itself, and lists without anything in them. */
const LISTS: Readonly<Record<string, unknown>> = {
  '/user/tokens/verify': { id: 'a', status: 'active' },
  '/user': { id: 'a', email: 'you@example.com' },
  '/accounts': [ACCOUNT],
  '/memberships': [{ account: ACCOUNT }],
  [`/accounts/${ACCOUNT.id}/queues`]: [],
  [`/accounts/${ACCOUNT.id}/storage/kv/namespaces`]: [],
};

/** `refusal`: what everything else is answered. */
async function openCloudflare(refusal: { status: number; code: number; message: string }) {
  const server = createServer(({ url = '' }, response) => {
    const result = LISTS[new URL(url, 'http://cloudflare').pathname];
    const { status, ...error } = refusal;
    response.statusCode = result === undefined ? status : 200;
    response.setHeader('content-type', 'application/json');
    const errors = result === undefined ? [error] : [];
    const pages = { page: 1, per_page: 50, count: 0, total_count: 0, total_pages: 1 };
    response.end(
      JSON.stringify({
        success: result !== undefined,
        result: result ?? null,
        result_info: pages,
        errors,
        messages: [],
      }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
      CLOUDFLARE_API_TOKEN: 'a-token',
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('destroy', () => {
  it('of what is gone already ends well, and says so of each part', async () => {
    const cloudflare = await openCloudflare({
      ...{ status: 404, code: 10090, message: 'workers.api.error.service_not_found' },
    });
    const ended = await program.run(['destroy', '--yes', '--name', 'whence'], cloudflare.env);
    cloudflare.close();
    expect(ended.stdout.match(/Was not there: /g)).toHaveLength(7);
    expect(ended.stdout).toContain('What stays');
    expect(ended.code).toBe(0);
  });

  it('says what Cloudflare says when it refuses', async () => {
    const cloudflare = await openCloudflare({
      ...{ status: 400, code: 10064, message: 'This Worker is a dispatch target.' },
    });
    const ended = await program.run(['destroy', '--yes', '--name', 'whence'], cloudflare.env);
    cloudflare.close();
    expect(ended.stdout.replace(/\s+│?\s*/g, ' ')).toContain('This Worker is a dispatch target.');
    expect(ended.code).toBe(1);
  });
});
