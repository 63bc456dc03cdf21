// The contract of a destination: a service that learns where people came from. A destination owns everything that is
// its own: settings, reasons, fields, costs and help. Nothing outside its folder names it.
import type { Contact, Problem } from '../model.ts';
import type { Outcome, Rejected, Skipped, Waiting } from '../outcome.ts';
import type { ReasonTable } from '../reasons.ts';
import type { Setting, SettingValues } from '../settings/setting.ts';
import type { ShapeFindings } from '../upstream/shape.ts';
import type { UpstreamState } from '../upstream/upstream.ts';
import type { Field } from './field.ts';
import type { FieldNames } from './field-names.ts';

export type { ShapeFindings };

/** A destination as it declares itself. It is on when every setting that it needs is set. */
export interface Destination {
  /** Stands in the ledger, in settings and before its reason codes: `hubspot`. */
  name: string;
  /** As people write it: `HubSpot`. */
  label: string;
  /** Its settings, the key first. The destination is off while a needed one is missing. */
  settings: readonly Setting[];
  /** Its reasons, without its name before the codes. */
  reasons: ReasonTable;
  /** What it writes; empty for a destination with a payload of its own. */
  fields: readonly Field[];
  /** What it calls a property's name, for FIELD_NAMES. Absent: names cannot be changed. */
  naming?: Naming;
  /** What identifies the record it writes: the address, the provider's ID of the customer, or each signup by itself. */
  key: 'email' | 'customerId' | 'signup';
  /** Whether it reads what is there before it writes, so that a snapshot stays frozen. */
  reads: boolean;
  /** It comes after the destinations that do not follow, and hears how far the signup has come there. */
  follows?: true;
  /** How many contacts one `upsert` takes. */
  batchSize: number;
  /** How many requests an `upsert` of so many contacts plans. */
  requestsPerBatch(contacts: number): number;
  open(values: SettingValues, io: DestinationIo): OpenDestination;
}

/** How the service names properties, so that FIELD_NAMES can be checked. */
export interface Naming {
  /** What a name may look like. */
  pattern: RegExp;
  /** The rule in words, for the fix. */
  rule: string;
  /** Names that say who a contact is. A field written there would change the person. */
  identity: readonly string[];
}

/** What a destination may use. */
export interface DestinationIo {
  fetch: typeof fetch;
  now(): number;
  /** How many requests the destination may still make in this invocation. */
  requestsLeft(): number;
  /** Waits, where there is time: while fields are created. Absent in the Worker. */
  sleep?: ((seconds: number) => Promise<void>) | undefined;
  /** What the service has said of its limits; outlives an invocation. */
  state: UpstreamState;
  /** The operator's own names for fields, from FIELD_NAMES. */
  names: FieldNames;
}

/** A destination that is on. */
export interface OpenDestination
  extends Pick<
    Destination,
    'name' | 'label' | 'key' | 'follows' | 'batchSize' | 'requestsPerBatch'
  > {
  /** Its fields under the operator's names. */
  fields: readonly Field[];
  /** What keeps deliveries from arriving; empty when all is well. */
  check(): Promise<readonly DestinationProblem[]>;
  /** What it means that `check` found nothing. Absent: the key works, and every field can be written. */
  well?: string;
  /**
   * How the service's live answers differ from what the code expects: names of keys and types, never a value. Writes
   * nothing. `email`: somebody the service may know. Empty when nothing was answered, since `check` says why.
   */
  shape?(email: string | undefined): Promise<readonly ShapeFindings[]>;
  /** Creates what is missing in the service. Safe to repeat. */
  prepare?(): Promise<Prepared>;
  /**
   * Creates lists of contacts that are ready to use, where the service has lists. `isDryRun`: only names those that are
   * missing. Safe to repeat.
   */
  createSegments?(isDryRun: boolean): Promise<PreparedSegments>;
  /** Its service can switch it off. It is on again as soon as this is another text. */
  stopKey?: string;
  /** Where people see the contact in the service. */
  contactUrl?(externalId: string): string | undefined;
  /** Asks the service where that is, once, where the address depends on the account. Never throws. */
  locate?(): Promise<void>;
  /** One outcome per contact, in the same order. One that must stay as it is (`mustStay`) gets `UNVERIFIED`. */
  upsert(contacts: readonly Contact[]): Promise<readonly Outcome[]>;
  /**
   * What has to be kept before `upsert` sends it, so that an attempt which is interrupted is repeated as it was. It comes
   * back as the memo of the contact. `undefined`: nothing, or it is in the memo already.
   */
  draft?(contact: Contact): string | undefined;
  /** What `upsert` would do with one contact, field by field. Writes nothing. */
  preview?(contact: Contact): Promise<Preview | Failure>;
  /** Removes the values of Whence from every record of a person. The record, and what is of others, stays. */
  erase?(person: ErasedPerson): Promise<Erasure | Failure>;
  /** Deletes the record of Whence's own sample, and of nobody else. */
  deleteSample?(email: string): Promise<SampleDeletion | Failure>;
  /** How many requests it may make from now on, so that others have theirs. The registry adds it. */
  allow?(requests: number): void;
}

/** The kinds of problem, so that no code reads them out of the words. */
export type ProblemCode =
  | 'missing_property'
  | 'archived_property'
  | 'property_conflict'
  | 'missing_option'
  | 'plan_limit'
  | 'name_taken'
  | 'key_missing'
  | 'unauthorized'
  | 'forbidden'
  | 'refused'
  | 'unavailable';

export interface DestinationProblem extends Problem {
  code: ProblemCode;
  /** Whether `prepare` creates what is missing. */
  isCreatable?: true;
}

export interface Preview {
  /** Absent when the service does not know the contact. */
  externalId?: string;
  properties: readonly PreviewedProperty[];
  /** What would be sent, as it would be sent, where that is more than the properties. */
  payload?: string;
}

export interface PreviewedProperty {
  property: string;
  label: string;
  /** What the service holds. */
  now: string | null;
  /** What Whence has to say, in the service's format. */
  wouldBe: string | null;
  action: 'write' | 'kept';
  why: string;
}

export interface Prepared {
  created: readonly string[];
  problems: readonly DestinationProblem[];
}

export interface PreparedSegments {
  /** Those that were created, or would be. */
  segments: readonly string[];
  problems: readonly DestinationProblem[];
}

/** Somebody who is to be forgotten, as the ledger knows them. */
export interface ErasedPerson {
  /** All addresses of theirs, the one that was asked for first. */
  emails: readonly string[];
  /** As `<source>:<the provider's ID>`. */
  customers: readonly string[];
  signups: readonly string[];
  /** The IDs of their records at this destination: an address may have been changed there. */
  externalIds: readonly string[];
}

/** What has gone, and which properties still have a value that Whence may have written. */
export interface Erasure {
  erased: readonly string[];
  kept: readonly string[];
}

/** `false`: there is no such record, or it belongs to somebody by now. */
export interface SampleDeletion {
  isDeleted: boolean;
}

/** What could not be read; or why nothing is written. */
export interface Failure {
  failed: Waiting | Rejected | Skipped;
}
