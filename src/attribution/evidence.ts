// How a reason is written down for the person who asks "why this channel?".
import { shorten } from './clean.ts';

const MAX_VALUE_LENGTH = 80;

/** `utm_medium=cpc`; the parameter alone where the value holds an email address, which must not spread. */
export function reason(parameter: string, value: string): string {
  const personal = value.normalize('NFKC').includes('@') || value.toLowerCase().includes('%40');
  return personal ? parameter : `${parameter}=${shorten(value, MAX_VALUE_LENGTH)}`;
}
