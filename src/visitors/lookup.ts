// What is known of a visitor after asking.
import type { Match, Signup, Visitor } from '../model.ts';
import type { Waiting } from '../outcome.ts';

/** Where the first visit came from, of a visitor whose link does not tell it. */
export interface FirstReferrer {
  /** `Direct/None` is DataFast's word for a visit without one. */
  first: string;
  /** List visitors said so of somebody who had come back. It counts only while the list is believed. */
  isOfReturning?: true;
}

/** Of the first visit, as far as it is known. */
export interface FoundReferrers extends Partial<FirstReferrer> {
  /** Of the visit that is under way. */
  current?: string;
  /** The list was not asked, or gave no answer now: asking again soon is worth it. */
  isUnanswered?: true;
}

export interface FoundVisitor {
  kind: 'found';
  visitor: Visitor;
  /** ISO 8601. */
  fetchedAt: string;
  /** What is kept of an earlier search. */
  referrer?: FirstReferrer;
}

export type Lookup =
  | FoundVisitor
  /** DataFast answered: there is no such visitor. */
  | { kind: 'absent'; match: AbsentMatch }
  /** No answer now. `rateLimited`: the budget is spent, so nobody else needs to ask before then. */
  | {
      kind: 'unavailable';
      wait: Waiting;
      rateLimited: boolean;
      /** DataFast refuses everybody, or cannot be asked with these settings. It is no fault of the visitor. */
      needsOperator?: true;
      /** Only the number of refusals says so: what counts instead once DataFast has answered for another visitor. */
      ifOthersAnswered?: Lookup;
    };

export type AbsentMatch = Exclude<Match, 'matched' | 'no_visitor_id' | 'shared_visitor'>;

/** A lookup that was answered. */
export type KnownLookup = Exclude<Lookup, { kind: 'unavailable' }>;

/** What is known of the person: of one who was found, of one who was not, or of one without a visitor ID. */
export interface Known {
  match: Match;
  visitor?: Visitor;
  /** ISO 8601. */
  fetchedAt?: string;
}

export function knownOf(lookup: KnownLookup | undefined): Known {
  switch (lookup?.kind) {
    case 'found':
      return { match: 'matched', visitor: lookup.visitor, fetchedAt: lookup.fetchedAt };
    case 'absent':
      return { match: lookup.match };
    case undefined:
      return { match: 'no_visitor_id' };
  }
}

/** Of a signup that brings no ID of a visitor. */
export const withoutVisitor = ({ visitorIdInvalid }: Pick<Signup, 'visitorIdInvalid'>): Match =>
  visitorIdInvalid ? 'invalid_visitor_id' : 'no_visitor_id';
