// What is known of a visitor after asking.
import type { Match, Visitor } from '../model.ts';
import type { Waiting } from '../outcome.ts';

export type Lookup =
  | { kind: 'found'; visitor: Visitor; fetchedAt: string }
  /** DataFast answered: there is no such visitor. */
  | { kind: 'absent'; match: AbsentMatch }
  /** No answer now. `rateLimited`: the budget is spent, so nobody else needs to ask before then. */
  | {
      kind: 'unavailable';
      wait: Waiting;
      rateLimited: boolean;
      /** DataFast refuses everybody, or cannot be asked with these settings. It is no fault of the visitor. */
      needsOperator?: true;
    };

export type AbsentMatch = Exclude<
  Match,
  'matched' | 'no_visitor_id' | 'shared_visitor' | 'email_unverified'
>;

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
