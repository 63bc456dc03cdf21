// Whether the token may do what deliveries do, and whether the attributes are as the field table wants them.
import * as z from 'zod/mini';
import type { DestinationProblem } from '../destination.ts';
import { type Field, isOurs } from '../field.ts';
import { isUnread, problemOf, readAttributes, readOptions } from './attributes.ts';
import { type AttioClient, callAttio, describe } from './client.ts';
import { attioProblem } from './problem.ts';
import { reason } from './reasons.ts';
import { CONFIGURATION, PROVISIONING, RECORDS, TOKEN, token } from './settings.ts';

/** A token that is revoked is answered 200 as well, with `active` false. */
const Self = z.object({
  active: z.boolean(),
  scope: z.catch(z.optional(z.string()), undefined),
  workspace_slug: z.catch(z.optional(z.string()), undefined),
});
export type Self = z.infer<typeof Self>;

/** Whose token it is; or why that cannot be told. */
export async function readSelf(client: AttioClient): Promise<Self | DestinationProblem> {
  const answer = await callAttio(client, 'GET', '/self');
  if (answer.kind === 'unavailable') return attioProblem(answer.wait.reason);
  if (answer.kind === 'refused') {
    return attioProblem(reason('request_refused', describe(answer.status, answer.error)));
  }
  const self = Self.safeParse(answer.json).data;
  if (!self) return attioProblem(reason('answer_unreadable'));
  return self.active ? self : attioProblem(reason('unauthorized'));
}

/** Empty when deliveries can arrive. */
export async function checkAttio(
  client: AttioClient,
  fields: readonly Field[],
): Promise<readonly DestinationProblem[]> {
  const self = await readSelf(client);
  if ('code' in self) return [self];
  const attributes = await readAttributes(client);
  if (isUnread(attributes)) return [attioProblem(attributes.unread.reason)];
  const problems = fields.flatMap(
    (field) => problemOf(field, attributes.get(field.property)) ?? [],
  );
  const scopes = scopeProblems(
    self,
    problems.some(({ isCreatable }) => isCreatable),
  );
  const inTheWay = new Set(problems.map(({ key }) => key));
  const selects = fields.filter((field) => isOurs(field) && !inTheWay.has(field.property));
  return [...scopes, ...problems, ...(await missingOptions(client, selects))];
}

/** `mustCreate`: whether attributes are missing, which takes one scope more. */
function scopeProblems({ scope }: Self, mustCreate: boolean): readonly DestinationProblem[] {
  // Without the list there is nothing to compare. A delivery tells.
  if (scope === undefined) return [];
  const granted = scope.split(/\s+/);
  const wanted = [RECORDS, mustCreate ? PROVISIONING : CONFIGURATION];
  return wanted
    .filter((one) => !granted.includes(one) && !granted.includes(`${one}-write`))
    .map((one) => ({
      code: 'forbidden',
      key: TOKEN,
      problem: `lacks the scope ${one}`,
      fix: token.fix,
    }));
}

async function missingOptions(
  client: AttioClient,
  fields: readonly Field[],
): Promise<readonly DestinationProblem[]> {
  const problems: DestinationProblem[] = [];
  for (const { property, options } of fields) {
    if (!options) continue;
    const there = await readOptions(client, property);
    if (isUnread(there)) return [...problems, attioProblem(there.unread.reason)];
    const missing = options.filter((option) => !there.titles.includes(option));
    if (missing.length === 0) continue;
    problems.push({
      key: property,
      code: 'missing_option',
      problem: `lacks the options ${missing.join(', ')} in Attio`,
      fix: 'Run npx whence-crm provision.',
      isCreatable: true,
    });
  }
  return problems;
}
