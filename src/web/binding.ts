// What other Workers of the same account may call through a service binding, without HTTP and without a signature: the binding
// itself is the permission.
import type { VisitorResult } from '../api/visitor.ts';
import { digest } from '../crypto.ts';
import { visitorIdFrom } from '../identifiers.ts';
import type { SourceReason } from '../sources/reasons.ts';
import { isoOf } from '../time.ts';
import { describeVisitor } from './describe-visitor.ts';
import type { Unavailable } from './find-visitor.ts';
import { received } from './received.ts';
import type { WebDependencies } from './web.ts';

/** A signup, as the app that calls has it. */
export interface ServiceSignup {
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

export type ServiceAnswer =
  | { status: 'accepted'; id: string }
  | { status: 'ignored' | 'refused'; reason: SourceReason };

const SOURCE = 'signup';

/** Puts the signup on the queue. Rejects when the queue does not take it: call again, with the same id. */
export async function signUp(
  { sources, enqueue, now }: Pick<WebDependencies, 'sources' | 'enqueue' | 'now'>,
  signup: ServiceSignup,
): Promise<ServiceAnswer> {
  const { name, company, email, userId, visitorId, referrer, emailVerified, id, at } = signup;
  const payload = {
    type: 'user.signup',
    timestamp: at instanceof Date ? isoOf(at.getTime()) : at,
    data: {
      ...{ email, name, company, referrer },
      ...{ user_id: userId, visitor_id: visitorId, email_verified: emailVerified },
    },
  };
  const receivedMs = now();
  // A digest, because IDs stand in logs.
  const own = `service_${await digest(String(id ?? userId ?? email))}`;
  const parsed = sources.get(SOURCE)?.parse(payload, { id: own });
  if (parsed?.kind === 'signup') {
    const message = received(parsed.signup, receivedMs);
    await enqueue(message);
    return { status: 'accepted', id: message.id };
  }
  if (parsed?.kind === 'ignored') return { status: 'ignored', reason: parsed.reason };
  return { status: 'refused', reason: parsed?.reason ?? 'not_a_json_object' };
}

/** What is known of a visitor, and where they came from. Absent for an id that is none. */
export async function visitorById(
  dependencies: WebDependencies,
  id: string,
): Promise<VisitorResult | Unavailable | undefined> {
  const visitorId = visitorIdFrom(id);
  return visitorId === undefined ? undefined : describeVisitor(dependencies, visitorId);
}
