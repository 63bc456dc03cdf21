// The properties as the field table wants them, held against those that HubSpot has.
import type { DestinationProblem } from '../destination.ts';
import { type Field, isOurs } from '../field.ts';
import { requestProblem } from '../request-problem.ts';
import type { NoAnswer } from './client.ts';
import { conflictOf, type Definitions } from './definitions.ts';
import { describeRefusal } from './errors.ts';
import { LABEL, NAME, reason, reasons } from './reasons.ts';
import { settings } from './settings.ts';

/** What is in the way of writing the fields. `archived`: the definitions that somebody has archived. */
export function problemsOf(
  fields: readonly Field[],
  definitions: Definitions,
  archived?: Definitions,
): readonly DestinationProblem[] {
  return fields.flatMap((field) => {
    const definition = definitions.get(field.property);
    if (definition) return conflictOf(field, definition) ?? [];
    return missing(field, archived?.has(field.property) ?? false);
  });
}

function missing(field: Field, isArchived: boolean): DestinationProblem {
  const key = field.property;
  if (isArchived) {
    return {
      key,
      code: 'archived_property',
      problem: 'is archived in HubSpot',
      fix: 'Restore it in HubSpot, Settings → Properties → Archived, or delete it there.',
    };
  }
  const absent = { key, code: 'missing_property', problem: 'does not exist in HubSpot' } as const;
  if (isOurs(field)) return { ...absent, isCreatable: true, fix: 'Run npx whence-crm provision.' };
  return {
    ...absent,
    fix: field.isMapped
      ? 'Create it in HubSpot, or correct FIELD_NAMES.'
      : `Leave it out: FIELD_NAMES={"${key}":null}`,
  };
}

/** A request that came to nothing, as a problem. */
export function answerProblem(answer: NoAnswer): DestinationProblem {
  const why =
    answer.kind === 'unavailable'
      ? answer.wait.reason
      : reason('request_refused', `HTTP ${answer.status} ${describeRefusal(answer.error)}`);
  return requestProblem({ name: NAME, label: LABEL, settings, reasons }, why);
}
