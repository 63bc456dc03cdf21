// How a reason is written for people who ask "why this channel?".
import { holdsAddress, shorten } from './clean.ts';

const MAX_VALUE_LENGTH = 80;

/** `utm_medium=cpc`. Only the parameter when the value holds an email address, which must not spread. */
export function reason(parameter: string, value: string): string {
  return holdsAddress(value) ? parameter : `${parameter}=${shorten(value, MAX_VALUE_LENGTH)}`;
}
