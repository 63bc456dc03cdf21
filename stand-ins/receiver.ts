// A receiver of events, as an operator would write one: it takes what the reference library of Standard Webhooks calls
// genuine and what the published schema describes, keeps each event once, and answers with an empty 204.
import { Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { ErasedEvent, SignupEvent } from '../src/api/event.ts';
import { createRecorder, type Failure, type RecordedRequest } from './requests.ts';

const Ping = z.strictObject({
  type: z.literal('ping'),
  timestamp: z.iso.datetime(),
  data: z.strictObject({}),
});
/** Stricter than a receiver has to be: it takes no key that the document does not have. */
const Known = z.strictObject({ ...SignupEvent.shape, data: SignupEvent.shape.data.strict() });
const Erased = z.strictObject({
  ...ErasedEvent.shape,
  data: ErasedEvent.shape.data.strict(),
});
const Event = z.union([Known, Erased, Ping]);
export type ReceivedEvent = z.infer<typeof SignupEvent>;

export interface ReceiverStandIn {
  app: Hono;
  /** Each event once, by its ID, in order of arrival. */
  events: ReadonlyMap<string, ReceivedEvent>;
  /** Every genuine request, also those whose event was there already. */
  bodies: readonly { id: string; body: string }[];
  /** Signups of people who are erased. */
  forgotten: readonly string[];
  /** What was refused, and why. */
  refusals: readonly string[];
  requests: readonly RecordedRequest[];
  failWith(next: Failure | undefined): void;
  forgetRequests(): void;
}

/** `secrets`: those that count; the first is the new one while they are rotated. */
export function createReceiver(options: {
  secrets: readonly string[];
  now?: () => number;
}): ReceiverStandIn {
  const events = new Map<string, ReceivedEvent>();
  const bodies: { id: string; body: string }[] = [];
  const refusals: string[] = [];
  const forgotten: string[] = [];
  const now = options.now ?? Date.now;
  const recorder = createRecorder({ now, errorBody: (status) => ({ status }) });
  const app = new Hono();
  // A network that fails is no answer.
  app.onError((error) => {
    throw error;
  });
  app.use(recorder.record);
  app.post('*', async (c) => {
    const body = await c.req.text();
    const headers = c.req.header();
    const refuse = (status: 400 | 401, why: string) => {
      refusals.push(why);
      return c.json({ error: why }, status);
    };
    const id = headers['webhook-id'] ?? '';
    if (id.includes('.')) return refuse(400, 'The ID has a dot.');
    if (headers['content-type'] !== 'application/json') return refuse(400, 'No JSON.');
    if (!isGenuine(options.secrets, body, headers, now())) return refuse(401, 'Not genuine.');
    const parsed = Event.safeParse(JSON.parse(body));
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
    const event = parsed.data;
    if (event.type === 'ping') return c.body(null, 204);
    if (event.type === 'person.erased') {
      forgotten.push(...event.data.signups);
      return c.body(null, 204);
    }
    const before = bodies.find((one) => one.id === id);
    if (before && before.body !== body) refusals.push(`${id} came with another body.`);
    bodies.push({ id, body });
    if (!events.has(id)) events.set(id, event);
    return c.body(null, 204);
  });
  return {
    app,
    events,
    bodies,
    refusals,
    forgotten,
    requests: recorder.requests,
    failWith: recorder.failWith,
    forgetRequests: recorder.forgetRequests,
  };
}

/** The library reads the clock itself, so that a virtual one is checked here. */
function isGenuine(
  secrets: readonly string[],
  body: string,
  headers: Record<string, string>,
  nowMs: number,
): boolean {
  const atSeconds = Number(headers['webhook-timestamp']);
  if (Math.abs(nowMs / 1000 - atSeconds) > 300) return false;
  return secrets.some((secret) => {
    const signature = new Webhook(secret).sign(
      headers['webhook-id'] ?? '',
      new Date(atSeconds * 1000),
      body,
    );
    return headers['webhook-signature']?.split(' ').includes(signature);
  });
}
