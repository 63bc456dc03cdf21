// Every example of docs/api.md, run as it is written there.
import { env, exports } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import documentation from '../../../docs/api.md?raw';
import { Problem } from '../../../src/api/problem.ts';
import { readSignup } from '../../../src/ledger/query.ts';
import { withoutEllipses } from '../../../src/web/reference/examples.ts';
import { findOperation } from '../../../src/web/reference/find-operation.ts';
import { operations } from '../../../src/web/reference/operations.ts';
import { describedResponse, mistakesIn } from './described-response.ts';
import { differences } from './differences.ts';
import { examples, ORIGIN, requestOf, setStage } from './stage.ts';

/** The day of the examples: some of them ask for the last days. */
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T12:00:00.000Z') });
  return setStage();
});
afterAll(() => {
  vi.useRealTimers();
});

/** Waits for everything that a response put on the queue, because the next example may show it. */
async function arrived(body: unknown): Promise<void> {
  const { id, items, replayed } = Announced.parse(body);
  const ids = [id, ...(items ?? []).map((item) => item.id), ...(replayed ?? [])];
  for (const announced of ids.filter((known) => known !== undefined)) {
    await vi.waitUntil(
      async () => (await readSignup(env.LEDGER, announced))?.status === 'delivered',
      { timeout: 10_000 },
    );
  }
}
const Announced = z.object({
  id: z.string().optional(),
  items: z.array(z.object({ id: z.string().optional() })).optional(),
  replayed: z.array(z.string()).optional(),
});

// In the order of the documentation, because some examples show what an earlier one did.
describe('docs/api.md', { shuffle: false }, () => {
  it('has a response below every curl line', () => {
    expect(examples.length).toBe(documentation.match(/^curl /gm)?.length);
  });

  it('has an example of every operation', () => {
    const shown = examples.map(({ request: { method, url } }) =>
      findOperation(operations, method, new URL(url.replace('$WHENCE', ORIGIN)).pathname),
    );
    const missing = operations.filter(({ isAsset }) => !isAsset).filter((o) => !shown.includes(o));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it.each(examples.map((example) => [example.commands.split('\n').at(0), example] as const))(
    '%s',
    async (_, example) => {
      const request = requestOf(example);
      const response = await exports.default.fetch(request.clone());
      expect(response.status).toBe(example.response.status);
      for (const [name, value] of Object.entries(example.response.headers)) {
        expect(response.headers.get(name)).toBe(value);
      }
      await describedResponse(request, response);
      const body: unknown = await response.json();
      expect(differences(example.response.body, body)).toEqual([]);
      if (request.method === 'POST' && response.ok) await arrived(body);
    },
  );

  it.each(examples.map((example) => [example.commands.split('\n').at(0), example] as const))(
    '%s shows a response that its operation describes',
    (_, { request: { method, url }, response }) => {
      const { pathname } = new URL(url.replace('$WHENCE', ORIGIN));
      const schema = findOperation(operations, method, pathname)?.responses[response.status]
        ?.schema;
      expect(mistakesIn(withoutEllipses(response.body), schema ?? Problem)).toBe('');
    },
  );
});
