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
  /** What `upsert` would do with one contact, property by property. Writes nothing. */
  preview(contact: Contact): Promise<Preview | Failure>;
}

export interface Preview {
  /** Absent when the CRM does not know the contact. */
  externalId?: string;
  properties: readonly PreviewedProperty[];
}

export interface PreviewedProperty {
  property: string;
  label: string;
  /** What the CRM holds. */
  now: string | null;
  /** What Whence has to say, in the CRM's format. */
  wouldBe: string | null;
  action: 'write' | 'kept';
  why: string;
}

export interface Prepared {
  created: readonly string[];
  problems: readonly Problem[];
}

/** What could not be read. */
export interface Failure {
  failed: Extract<Outcome, { status: 'retry' | 'rejected' }>;
}
