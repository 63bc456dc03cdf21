// `npm run erase -- <email>`: removes everything that Whence keeps about a person.
import { parseArgs } from 'node:util';
import { Erased } from '../api/operations.ts';
import { fail, openApi } from './command.ts';
import { defaultWorkerUrl } from './machine-settings.ts';

const USAGE = `usage: npm run erase -- <email> [--url https://<your worker>]

  Erases the person from ledger, cache, dead letters and queue. The contact in your CRM is yours to erase there.
  The person may sign up again. What happened before the erasure does not come back.

  Ends with 0 when the person is erased or was not there, 1 when something failed, 2 when it was called wrongly.`;

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
  return fail(USAGE);
}

const { email, url } = readArguments();
const erased = await openApi(url).call(
  Erased,
  'DELETE',
  `/api/people/${encodeURIComponent(email)}`,
);
if (erased.kind !== 'ok') fail(erased.message, 1);
const { signups, unreadable, deliveries, visitors } = erased.answer;
console.log(
  signups + unreadable === 0
    ? 'There was nothing about this person.'
    : `Erased: ${signups} signups with ${deliveries} deliveries, ${unreadable} unreadable messages, ${visitors} cached visitors.`,
);
