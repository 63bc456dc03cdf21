// The attributes in Attio and the options of its selects: created when missing, reported when in the way, never changed.
import type { DestinationProblem, Prepared } from '../destination.ts';
import { type Field, isOurs } from '../field.ts';
import { type Attributes, isUnread, problemOf, readAttributes, readOptions } from './attributes.ts';
import { type AttioAnswer, type AttioClient, callAttio, describe, PEOPLE } from './client.ts';
import { attioProblem } from './problem.ts';
import { typeOfOwn } from './values.ts';

type Sleep = ((seconds: number) => Promise<void>) | undefined;

/** Attio takes 25 writes a second. https://docs.attio.com/rest-api/guides/rate-limiting */
const WRITES_AT_ONCE = 20;
const MAX_WAITS = 10;

/** Creates what is missing. Repeating it creates nothing. */
export async function provision(
  client: AttioClient,
  fields: readonly Field[],
  sleep: Sleep,
): Promise<Prepared> {
  const before = await readAttributes(client);
  if (isUnread(before)) return { created: [], problems: [attioProblem(before.unread.reason)] };
  const write = pacedWrite(client, sleep);
  const created: string[] = [];
  const refusals: DestinationProblem[] = [];
  for (const field of fields.filter((one) => isOurs(one) && !before.has(one.property))) {
    const made = await write(`${PEOPLE}/attributes`, { data: definitionOf(field) });
    // 409: another run has just created it.
    const isThere = made.kind === 'ok' || (made.kind === 'refused' && made.status === 409);
    if (made.kind === 'ok') created.push(field.property);
    if (isThere) continue;
    refusals.push(refusalOf(field.property, made));
    if (made.kind === 'unavailable') return { created, problems: refusals };
  }
  const after = created.length > 0 ? await readAttributes(client) : before;
  if (isUnread(after)) return { created, problems: [attioProblem(after.unread.reason)] };
  const options = await createOptions(client, write, fields, after);
  const named = refusals.map(({ key }) => key);
  const left = fields
    .filter(({ property }) => !created.includes(property) && !named.includes(property))
    .flatMap((field) => problemOf(field, after.get(field.property)) ?? []);
  return { created, problems: [...refusals, ...left, ...options] };
}

/** The options that the selects lack. Those that people have added stay. */
async function createOptions(
  client: AttioClient,
  write: Write,
  fields: readonly Field[],
  attributes: Attributes,
): Promise<readonly DestinationProblem[]> {
  const problems: DestinationProblem[] = [];
  for (const field of fields) {
    const attribute = attributes.get(field.property);
    if (!isOurs(field) || !field.options || problemOf(field, attribute)) continue;
    const there = await readOptions(client, field.property);
    if (isUnread(there)) return [...problems, attioProblem(there.unread.reason)];
    for (const title of field.options.filter((option) => !there.titles.includes(option))) {
      const path = `${PEOPLE}/attributes/${field.property}/options`;
      const made = await write(path, { data: { title } });
      if (made.kind === 'ok' || (made.kind === 'refused' && made.status === 409)) continue;
      problems.push(refusalOf(field.property, made));
      break;
    }
  }
  return problems;
}

type Write = (path: string, body: object) => Promise<AttioAnswer>;

/** Keeps below the limit of a second, and waits when Attio asks for it nevertheless. */
function pacedWrite(client: AttioClient, sleep: Sleep): Write {
  let written = 0;
  let waits = 0;
  return async function write(path, body) {
    written += 1;
    if (written % WRITES_AT_ONCE === 0) await sleep?.(1);
    const answer = await callAttio(client, 'POST', path, { body });
    if (answer.kind !== 'unavailable' || answer.wait.status !== 'snooze') return answer;
    if (!sleep || waits >= MAX_WAITS) return answer;
    waits += 1;
    await sleep(Math.max(1, answer.wait.afterSeconds));
    return write(path, body);
  };
}

function refusalOf(key: string, answer: Exclude<AttioAnswer, { kind: 'ok' }>): DestinationProblem {
  if (answer.kind === 'unavailable') return attioProblem(answer.wait.reason);
  const { message = '' } = answer.error;
  const isPlan = /limit|plan|upgrade/i.test(message);
  return {
    key,
    code: isPlan ? 'plan_limit' : 'refused',
    // A definition has nothing personal, so Attio's words can be shown.
    problem: `cannot be created: ${describe(answer.status, answer.error)} ${message.slice(0, 200)}`,
    fix: isPlan
      ? 'Delete attributes that nobody uses in Attio, or take a plan with more of them, then run npx whence-crm provision.'
      : 'Fix what Attio names in Settings → Objects → People → Attributes, then run npx whence-crm provision.',
  };
}

function definitionOf(field: Field) {
  const { property, label, description } = field;
  return {
    title: titleOf(label),
    description,
    api_slug: property,
    type: typeOfOwn(field),
    is_required: false,
    is_unique: false,
    is_multiselect: false,
    config: {},
  };
}

/** Attio has no groups of attributes, so each says where it is from: `DataFast channel`. */
function titleOf(label: string): string {
  if (label.startsWith('DataFast')) return label;
  const isWord = /^[A-Z][a-z]/.test(label);
  return `DataFast ${isWord ? label.charAt(0).toLowerCase() + label.slice(1) : label}`;
}
