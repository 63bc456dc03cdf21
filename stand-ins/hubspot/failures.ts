// HubSpot's failures for `failWith`, as they are documented or have been seen.
import type { CannedAnswer, Failure } from '../requests.ts';
import { errorBody, invalidProperties, type PropertyFault } from './errors.ts';
import { rateLimitBody } from './gate.ts';

/** The limit of a day. The stand-in itself enforces the ten-second limit, and the day's as an option. */
export const dailyLimitReached = (): CannedAnswer => ({
  status: 429,
  body: rateLimitBody('DAILY'),
});

/** The account is being moved to another data centre, and the answer says for how long. */
export const beingMoved = (seconds: number): CannedAnswer => ({
  status: 477,
  headers: { 'retry-after': String(seconds) },
});

/** A proxy in front of HubSpot answers instead of HubSpot. */
export const pageOfHtml = (status: number): CannedAnswer => ({
  status,
  body: `<!DOCTYPE html><html><title>${status}</title><h1>Something went wrong</h1></html>`,
});

/** Answers each request whose path ends so. The others get through. */
export const onlyOn =
  (ending: string, answer: CannedAnswer): Failure =>
  (request) =>
    new URL(request.url).pathname.endsWith(ending) ? answer : undefined;

/** A whole request refused for its properties, as HubSpot does when it cannot distinguish the records. */
export const refusedForProperties = (...faults: PropertyFault[]): CannedAnswer => ({
  status: 400,
  body: errorBody(invalidProperties(faults)),
});

/** One record refused inside a good answer. */
export const recordRefused = (error: Record<string, unknown>): CannedAnswer => ({
  status: 207,
  body: { status: 'COMPLETE', results: [], numErrors: 1, errors: [{ status: 'error', ...error }] },
});
