// `npm run erase -- <email>`: everything Whence keeps of a person, gone.
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { defaultWorkerUrl, openWorkerApi, readSettings } from './worker-api.ts';

const USAGE = `usage: npm run erase -- <email> [--url https://<your worker>]

  Erases the person from ledger, cache, dead letters and queue. The contact in your CRM is yours to erase there.
  Whoever asks may sign up again; what happened before the erasure does not come back.

  Ends with 0 when the person is erased or was not there, 1 when something failed, 2 when it was called wrongly.`;

const Erased = z.object({
  signups: z.number(),
  unreadable: z.number(),
  deliveries: z.number(),
  visitors: z.number(),
});

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { url: { type: 'string', default: defaultWorkerUrl() } },
    });
    const [email, ...others] = positionals;
    if (email?.includes('@') && others.length === 0) return { ...values, email };
  } catch {
    // An unknown flag; the usage says which there are.
  }
  console.error(USAGE);
  return process.exit(2);
}

const { email, url } = readArguments();
const api = openWorkerApi(url, readSettings().ADMIN_TOKEN);
if (typeof api === 'string') {
  console.error(api);
  process.exit(2);
}
const answer = await api.call('DELETE', `/api/people/${encodeURIComponent(email)}`);
if (answer.kind !== 'ok') {
  console.error(answer.message);
  process.exit(1);
}
const { signups, unreadable, deliveries, visitors } = Erased.parse(answer.json);
console.log(
  signups + unreadable === 0
    ? 'There was nothing of this person.'
    : `Erased: ${signups} signups with ${deliveries} deliveries, ${unreadable} unreadable messages, ${visitors} cached visitors.`,
);
