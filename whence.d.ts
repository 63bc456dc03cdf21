/** What `env.WHENCE` offers to a Worker with a service binding to Whence: entrypoint `Whence`. */
export interface WhenceService {
  /** Puts a signup on the queue. Rejects when the queue does not take it: call again. */
  signup(signup: WhenceSignup): Promise<WhenceAnswer>;
  /** What is known of a visitor, and where they came from; `undefined` for an id that is no visitor ID. */
  visitor(id: string): Promise<WhenceVisitor | WhenceUnavailable | undefined>;
}

export interface WhenceSignup {
  email: string;
  name?: string;
  company?: string;
  userId?: string;
  /** The value of the cookie `datafast_visitor_id`. */
  visitorId?: string;
  /** `document.referrer` of the first page; an empty text says that there was none. */
  referrer?: string;
  /** Absent: it counts as verified. */
  emailVerified?: boolean;
  /** The same id again is the same signup. Made of the user's id, or of the email, where it is absent. */
  id?: string;
  /** When it happened; now, where it is absent. */
  at?: string | Date;
}

export type WhenceAnswer =
  | { status: 'accepted'; id: string }
  | { status: 'ignored' | 'refused'; reason: string };

export interface WhenceVisitor {
  visitorId: string;
  /** Whether DataFast knew the visitor: `matched`, `not_found`, … */
  match: string;
  attribution: { channel: string; source?: string; medium?: string; campaign?: string };
  /** As a contact would get them, by property. */
  fields: Record<string, string | number | boolean>;
}

/** DataFast cannot be asked now. */
export interface WhenceUnavailable {
  unavailable: string;
  retryAfterSeconds: number;
}
