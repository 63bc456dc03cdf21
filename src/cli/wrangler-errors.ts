// What wrangler says when something goes wrong, and what the operator can do about it.
import { stripVTControlCharacters } from 'node:util';
import type { Failure } from './failure.ts';

/** The first that fits. Tried on 4.155: no network, not logged in. The others are in its source, or its users quote them. */
const KNOWN: readonly { says: RegExp; problem: string; fix: string }[] = [
  {
    says: /Unable to resolve Cloudflare's API hostname|fetch failed|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/,
    problem: 'Cloudflare cannot be reached',
    fix: 'Check the network (proxy, firewall, DNS), then run this again.',
  },
  {
    says: /necessary to set a CLOUDFLARE_API_TOKEN|not authenticated|not logged in/i,
    problem: 'You are not logged in at Cloudflare',
    fix: 'Run npx wrangler login, or set CLOUDFLARE_API_TOKEN.',
  },
  {
    says: /register a workers\.dev subdomain/,
    problem: 'The account has no workers.dev subdomain yet',
    fix: 'Open https://dash.cloudflare.com/?to=/:account/workers/onboarding once, then run this again.',
  },
  {
    says: /code: (10000|10001|9109)\b|Authentication error/,
    problem: 'The Cloudflare token lacks a permission',
    fix: 'It needs, to edit: Workers Scripts, Workers KV Storage, D1, Queues; to read: Account Settings. Or unset CLOUDFLARE_API_TOKEN and run npx wrangler login.',
  },
  {
    says: /already exists/,
    problem: 'A resource of that name is there already and could not be taken',
    fix: 'See the message above; rename or remove it in the Cloudflare dashboard, then run this again.',
  },
];

/** `output`: all that was printed. */
export function explain(output: string, hidden: Iterable<string>): Failure {
  const text = withoutSecrets(stripVTControlCharacters(output), hidden);
  const known = KNOWN.find(({ says }) => says.test(text));
  const said = errorIn(text);
  if (known?.problem.startsWith('A resource') && said) {
    return { problem: said, fix: known.fix };
  }
  return (
    known ?? {
      problem: said ?? 'wrangler failed and did not say why',
      fix: 'Fix what it says, then run this again: it continues where it stopped.',
    }
  );
}

const MAX_LINES = 4;

/** From the line marked as an error to the next empty one; of a crash, the line that says what broke. */
function errorIn(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const thrown = lines.find((line) => /^(?:\w+)?Error\b.*: /.test(line));
  if (thrown !== undefined && !text.includes('[ERROR]')) return thrown;
  const start = lines.findIndex((line) => line.includes('[ERROR]'));
  const from = start >= 0 ? start : lines.findLastIndex((line) => line !== '');
  if (from < 0) return undefined;
  const end = lines.indexOf('', from + 1);
  const shown = lines.slice(from, Math.min(end < 0 ? lines.length : end, from + MAX_LINES));
  // What a service has said stands below, indented.
  const below = end < 0 ? undefined : text.split('\n')[end + 1];
  if (below?.startsWith('  ')) shown.push(below.trim());
  return shown.join(' ').replace(/^.*\[ERROR\]\s*/, '') || undefined;
}

function withoutSecrets(text: string, hidden: Iterable<string>): string {
  let shown = text;
  for (const secret of hidden) if (secret.length >= 4) shown = shown.replaceAll(secret, '…');
  return shown;
}
