// How a reason is written for people who ask "why this channel?".
import { holdsAddress, shorten } from './clean.ts';

const MAX_VALUE_LENGTH = 80;

/** `utm_medium=cpc`. Only the parameter when the value holds an email address, which must not spread. */
export function reason(parameter: string, value: string): string {
  return holdsAddress(value) ? parameter : withValue(parameter, value);
}

/** The same of a value that is known to hold no address. */
export function withValue(parameter: string, value: string): string {
  return `${parameter}=${shorten(value, MAX_VALUE_LENGTH)}`;
}
