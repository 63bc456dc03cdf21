// How a reason is written down for the person who asks "why this channel?".
import { holdsAddress, shorten } from './clean.ts';

const MAX_VALUE_LENGTH = 80;

/** `utm_medium=cpc`; the parameter alone where the value holds an email address, which must not spread. */
export function reason(parameter: string, value: string): string {
  return holdsAddress(value) ? parameter : `${parameter}=${shorten(value, MAX_VALUE_LENGTH)}`;
}
