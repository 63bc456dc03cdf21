// The example CRM, from memory: one person per write, and a refusal for each person that it was told to refuse.
import { Hono } from 'hono';
import * as z from 'zod';
import { bearerToken } from '../../../stand-ins/requests.ts';

const Query = z.strictObject({ emails: z.array(z.string()) });
const Write = z.strictObject({ values: z.record(z.string(), z.nullable(z.string().min(1))) });

export interface ExampleStandIn {
  fetch: typeof fetch;
  held(email: string): Readonly<Record<string, string>> | undefined;
  refuse(email: string): void;
}

export function createExample(token: string): ExampleStandIn {
  const people = new Map<string, { id: string; values: Record<string, string> }>();
  const refused = new Set<string>();
  const app = new Hono();

  app.use(async (c, next) => {
    if (bearerToken(c.req.header('authorization')) === token) return next();
    return c.json({ error: 'unauthorized' }, 401);
  });
  app.get('/v1/me', (c) => c.json({ name: 'Example' }));
  app.post('/v1/people/query', async (c) => {
    const { emails } = Query.parse(await c.req.json());
    const known = emails.flatMap((email) => {
      const person = people.get(email);
      return person ? [{ email, ...person }] : [];
    });
    return c.json({ people: known });
  });
  app.put('/v1/people/:email', async (c) => {
    const email = c.req.param('email');
    const { values } = Write.parse(await c.req.json());
    if (refused.has(email)) return c.json({ attribute: 'email' }, 422);
    const { id, values: before } = people.get(email) ?? { id: `p${people.size}`, values: {} };
    const merged = Object.entries({ ...before, ...values });
    const filled = merged.flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
    people.set(email, { id, values: Object.fromEntries(filled) });
    return c.json({ id });
  });

  return {
    fetch: async (input, init) => app.fetch(new Request(input, init)),
    held: (email) => people.get(email)?.values,
    refuse: (email) => refused.add(email),
  };
}
