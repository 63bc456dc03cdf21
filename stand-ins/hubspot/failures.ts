// HubSpot's bad days, for `failWith`: each as it is documented or has been seen.
import type { CannedAnswer, Failure } from '../requests.ts';
import { errorBody, invalidProperties, type PropertyFault } from './errors.ts';
import { rateLimitBody } from './gate.ts';

/** The day's limit; the ten-second one, and the day's as an option, are kept by the stand-in itself. */
export const dailyLimitReached = (): CannedAnswer => ({
  status: 429,
  body: rateLimitBody('DAILY'),
});

/** The account is being moved to another data centre, and says for how long. */
export const beingMoved = (seconds: number): CannedAnswer => ({
  status: 477,
  headers: { 'retry-after': String(seconds) },
});

/** A proxy in front of HubSpot answers in its own name. */
export const pageOfHtml = (status: number): CannedAnswer => ({
  status,
  body: `<!DOCTYPE html><html><title>${status}</title><h1>Something went wrong</h1></html>`,
});

/** Each request whose path ends so; the others get through. */
export const onlyOn =
  (ending: string, answer: CannedAnswer): Failure =>
  (request) =>
    new URL(request.url).pathname.endsWith(ending) ? answer : undefined;

/** A whole request refused for its properties, as HubSpot does when it cannot tell the records apart. */
export const refusedForProperties = (...faults: PropertyFault[]): CannedAnswer => ({
  status: 400,
  body: errorBody(invalidProperties(faults)),
});

/** One record refused in an answer that is otherwise good. */
export const recordRefused = (facts: Record<string, unknown>): CannedAnswer => ({
  status: 207,
  body: { status: 'COMPLETE', results: [], numErrors: 1, errors: [{ status: 'error', ...facts }] },
});
