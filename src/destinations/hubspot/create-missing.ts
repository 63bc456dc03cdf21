// The properties that a portal lacks, created by the Worker itself when a delivery meets their absence.
import type { Reason } from '../../reasons.ts';
import type { DestinationProblem } from '../destination.ts';
import type { Field } from '../field.ts';
import type { HubspotClient } from './client.ts';
import { provision } from './provision.ts';
import { reason } from './reasons.ts';

/** What `provision` sends at most: three lists, the groups, the group, the properties. */
export const CREATION_REQUESTS = 6;
/** As often as the contacts come back that wait for the operator. */
const AGAIN_MS = 10 * 60 * 1000;

export interface Creation {
  /** Whether the contacts can be written again now. */
  isDone: boolean;
  /** Why a property is still missing, where HubSpot has said so. */
  refusal?: Reason | undefined;
}

/** Once, and after a refusal only every ten minutes, however many signups arrive meanwhile. */
export async function createMissing(
  client: HubspotClient,
  fields: readonly Field[],
): Promise<Creation> {
  const { state, now } = client.upstream;
  const { unprepared } = state;
  if (unprepared && now() < unprepared.untilMs) {
    return { isDone: false, refusal: unprepared.reason };
  }
  const { created, problems } = await provision(client, fields);
  const isDone = created.length > 0 || !problems.some(isStillMissing);
  const refusal = problems.flatMap((problem) => refusalOf(problem) ?? [])[0];
  // What passes by itself is tried with the next batch.
  const passes = problems.some(({ code }) => code === 'unavailable');
  state.unprepared =
    (isDone && !refusal) || passes ? undefined : { untilMs: now() + AGAIN_MS, reason: refusal };
  return { isDone, refusal };
}

/** HubSpot's own properties and the operator's protect nothing: a contact arrives without them. */
const isStillMissing = ({ code, isCreatable }: DestinationProblem) =>
  isCreatable === true || STILL_MISSING.includes(code);

const STILL_MISSING: readonly DestinationProblem['code'][] = [
  'archived_property',
  'plan_limit',
  'name_taken',
  'forbidden',
  'unauthorized',
  'refused',
  'unavailable',
];

/** The reason of the contacts that wait for it; `undefined` where HubSpot was not asked to create it. */
function refusalOf({ key, code, problem }: DestinationProblem): Reason | undefined {
  const detail = `${key} ${problem}`;
  switch (code) {
    case 'plan_limit':
      return reason('property_limit', detail);
    case 'name_taken':
      return reason('property_name_taken', detail);
    case 'forbidden':
      return reason('property_missing', detail);
    case 'refused':
      return reason('property_not_created', detail);
    default:
      return undefined;
  }
}
