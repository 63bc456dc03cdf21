// A customer of Polar is a person or a team.
import type { JsonObject } from '../json.ts';
import { at, type Reader } from './payload.ts';

/** A customer of the type team has the name of the company. */
const isTeam = (event: JsonObject, customer: string) => at(event, `${customer}.type`) === 'team';

export function ofPerson(customer: string): Reader {
  return (event) => (isTeam(event, customer) ? undefined : at(event, `${customer}.name`));
}

export function ofTeam(customer: string): Reader {
  return (event) => (isTeam(event, customer) ? at(event, `${customer}.name`) : undefined);
}
