// `npm run erase -- <email>`: removes everything that Whence keeps about a person.
import { Erased } from '../api/operations.ts';
import { readArguments, refuse } from './arguments.ts';
import { fail, openApi, workerUrl } from './command.ts';

const COMMAND = {
  name: 'npm run erase',
  usage: `usage: npm run erase -- <email> [--url https://<your worker>]

  Erases the person from ledger, cache, dead letters and queue. It does not touch the CRM: you must delete the contact
  in the CRM yourself. The person may sign up again. What happened before the erasure does not come back.

  Ends with 0 when the person is erased or was not there, 1 when something failed, 2 when it was called wrongly.`,
  options: { url: { type: 'string' } },
  mostArguments: 1,
} as const;

const { values, positionals } = readArguments(COMMAND);
const [email] = positionals;
if (email === undefined) refuse(COMMAND, 'The email is missing');
if (!email.includes('@')) refuse(COMMAND, `\`${email}\` is not an email address`);
const url = workerUrl(values.url, COMMAND);
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
