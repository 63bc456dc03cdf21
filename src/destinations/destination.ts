// The contract of a destination: a CRM that learns where its contacts came from.
import type { Contact, Outcome, Problem } from '../model.ts';

/** A contact as the CRM holds it now; a property nobody has filled is absent. */
export interface Existing {
  externalId: string;
  /** The address the CRM calls primary; another one may have found the contact. */
  email: string;
  properties: Readonly<Record<string, string>>;
}

export interface Destination {
  name: string;
  /** How many contacts one `upsert` takes. */
  batchSize: number;
  /** What keeps deliveries from arriving; empty when all is well. */
  check(): Promise<readonly Problem[]>;
  /** Creates what is missing in the CRM; safe to repeat. */
  prepare(): Promise<Prepared>;
  /** By email: the contact that exists, or why that cannot be known now. Absent: there is none. */
  read(emails: readonly string[]): Promise<ReadonlyMap<string, Existing | Failure>>;
  /** One outcome per contact, in the same order. */
  upsert(contacts: readonly Contact[]): Promise<readonly Outcome[]>;
}

export interface Prepared {
  created: readonly string[];
  problems: readonly Problem[];
}

/** What could not be read. */
export interface Failure {
  failed: Extract<Outcome, { status: 'retry' | 'rejected' }>;
}
