// One request to a source: whether it is genuine, and what the source reads from it.
import type { SignedWebhook } from '../../samples/sample.ts';
import { isObject, parseObject } from '../../src/json.ts';
import type { AnnouncedSignup, Parsed, Source } from '../../src/sources/source.ts';
import type { Verification } from '../../src/sources/verification.ts';

export const NOW = new Date('2026-11-23T09:00:00.000Z');
export const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';

export const person = {
  eventId: 'evt_2fCxZ8r1bW',
  email: 'ada.lovelace@example.com',
  name: 'Ada Lovelace',
  userId: 'user_42',
  visitorId: VISITOR_ID,
  occurredAt: new Date('2026-11-23T08:59:30.000Z'),
};

/** Verifies a request at `at` against secrets. */
export function verifyAt(
  source: Source,
  { headers, body }: { headers: HeadersInit; body: string },
  secrets: readonly string[],
  at = NOW,
): Promise<Verification> {
  return source.verify({
    headers: new Headers(headers),
    body: new TextEncoder().encode(body),
    secrets,
    now: at.getTime(),
    issuerKeys: () => Promise.reject(new Error('no JWT here')),
  });
}

/** What a source reads from a genuine body. */
export function read(source: Source, body: string): Parsed {
  const payload = parseObject(new TextEncoder().encode(body));
  if (!payload) throw new Error('the body is not a JSON object');
  return source.parse(payload, { id: person.eventId, at: NOW.toISOString() });
}

export function readSignup(source: Source, body: string): AnnouncedSignup {
  const parsed = read(source, body);
  if (parsed.kind !== 'signup') throw new Error(`not a signup: ${parsed.reason}`);
  return parsed.signup;
}

/** The same request with more headers, or other values in them. */
export function withHeaders(
  { headers, body }: SignedWebhook,
  more: Record<string, string>,
): SignedWebhook {
  return { headers: new Headers([...headers, ...Object.entries(more)]), body };
}

/** The body with more values, or other ones, in the objects of that name. The whole body has the name ''. */
export function including(body: string, name: string, values: object): string {
  const payload: unknown = JSON.parse(body, (key, value: unknown) =>
    key === name && isObject(value) ? { ...value, ...values } : value,
  );
  return JSON.stringify(payload);
}
