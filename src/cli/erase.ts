// `npm run erase -- <email>`: everything Whence keeps of a person, gone.
import { parseArgs } from 'node:util';
import { openWorkerApi, readSettings } from './worker-api.ts';

const USAGE = `usage: npm run erase -- <email> [--url http://localhost:8787]

  Erases the person from ledger and cache. The contact in your CRM is yours to erase there.`;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { url: { type: 'string', default: 'http://localhost:8787' } },
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
console.log(`Erased: ${JSON.stringify(answer.json)}`);
