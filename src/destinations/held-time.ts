// The times that a contact holds.
import { timeOf } from '../time.ts';
import type { Value } from './field.ts';

/** A CRM's datetime, as ISO 8601 or as Unix milliseconds. */
export function heldTimeOf(value: Value | undefined): number | undefined {
  if (!value) return undefined;
  const text = String(value);
  return /^\d{12,}$/.test(text) ? Number(text) : timeOf(text);
}
