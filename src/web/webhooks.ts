// The route for signups: authenticate, parse, enqueue, answer. Before the answer there is no KV, no D1 and no request,
// except for the published keys of an issuer. What is not accepted is counted, and written after the answer.
import type { WebhookAnswer } from '../api/webhook.ts';
import type { Counted } from '../health/count-webhooks.ts';
import { parseObject } from '../json.ts';
import { describeError } from '../log.ts';
import type { Signup } from '../model.ts';
import { payloadShape } from '../sources/payload-shape.ts';
import { SOURCE_REASONS, type SourceReason } from '../sources/reasons.ts';
import type { Source } from '../sources/source.ts';
import type { Refusal, Verification } from '../sources/verification.ts';
import { readBody } from './body.ts';
import { problem } from './problem.ts';
import { received } from './received.ts';
import type { WebDependencies } from './web.ts';
import { originOf } from './webhook-address.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** Supabase gives its hook five seconds in all, and then refuses the person their signup. */
const HOOK_DEADLINE_SECONDS = 2.5;
/** Supabase retries only when it is told to, and most failures are short. */
const RETRY_SOON = { 'retry-after': '10' };

const BAD_ID =
  'The id in the header must have at most 256 characters, all of them visible ASCII and none of them a dot. Make it of a digest of your own id.';

/** The value for the next step, or how the webhook ended. */
type Step<Value> = { ok: true; value: Value } | { ok: false; end: End };

type End =
  | { kind: 'accepted'; id: string }
  | { kind: 'ignored'; reason: SourceReason }
  | { kind: 'no_secret' }
  | { kind: 'too_large' }
  | { kind: 'broken_off' }
  | { kind: 'forged'; reason: Refusal }
  | { kind: 'id_malformed' }
  | { kind: 'keys_unavailable' }
  | { kind: 'unreadable'; reason: SourceReason }
  | { kind: 'not_queued' };

/** A webhook that its provider has really sent. */
interface Genuine {
  body: Uint8Array;
  proof: Extract<Verification, { ok: true }>;
  receivedMs: number;
  workerUrl: string;
}

/** What receiving a webhook needs. */
export type WebhookDependencies = Pick<
  WebDependencies,
  'config' | 'sources' | 'issuerKeys' | 'enqueue' | 'countWebhook' | 'sleep' | 'now' | 'log'
>;

type AfterAnswer = Pick<ExecutionContext, 'waitUntil'>;

/** A signup that a webhook announced. */
interface Announced {
  signup: Signup;
  /** The provider must be answered 200, whatever happens. */
  neverRefuses: boolean;
}

const on = <Value>(value: Value): Step<Value> => ({ ok: true, value });
const end = (how: End): { ok: false; end: End } => ({ ok: false, end: how });

/** Receives a webhook of the source with this name. Throws only bugs. */
export async function receiveWebhook(
  request: Request,
  sourceName: string,
  dependencies: WebhookDependencies,
  context: AfterAnswer,
): Promise<Response> {
  if (request.method !== 'POST') return problem(405, 'Webhooks are posted.', { allow: 'POST' });
  const source = dependencies.sources.get(sourceName);
  if (!source) return problem(404, 'There is no such source.');
  const how = await receive(request, source, dependencies, context);
  const counting = dependencies.countWebhook(countedOf(source, how));
  if (counting !== undefined) context.waitUntil(counting);
  return answer(how);
}

/** As what a webhook is counted. */
function countedOf({ name }: Source, how: End): Counted {
  switch (how.kind) {
    case 'accepted':
      return undefined;
    case 'ignored':
      return { source: name, kind: 'ignored', reason: how.reason };
    case 'forged':
    case 'unreadable':
      return { source: name, kind: 'refused', reason: how.reason };
    default:
      return { source: name, kind: 'refused', reason: how.kind };
  }
}

async function receive(
  request: Request,
  source: Source,
  dependencies: WebhookDependencies,
  context: AfterAnswer,
): Promise<End> {
  const genuine = await authenticate(dependencies, source, request);
  if (!genuine.ok) return genuine.end;
  const announced = parse(dependencies, source, genuine.value);
  if (!announced.ok) return announced.end;
  return enqueue(dependencies, source, announced.value, context);
}

/** Whether the provider has really sent this. What it holds is not looked at. */
async function authenticate(
  { config, now, log, issuerKeys }: WebhookDependencies,
  source: Source,
  request: Request,
): Promise<Step<Genuine>> {
  const secrets = config.webhookSecrets.get(source.secretName);
  if (!secrets) {
    const reason = `${source.secretName} is not set, or cannot be a secret of this source`;
    log('warn', 'webhook_without_secret', { source: source.name, reason });
    return end({ kind: 'no_secret' });
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body.kind !== 'bytes') return end(body);
  const receivedMs = now();
  const { headers } = request;
  const signed = { headers, body: body.bytes, secrets, now: receivedMs, issuerKeys };
  const proof = await source.verify(signed);
  if (proof.ok) {
    return on({ body: body.bytes, proof, receivedMs, workerUrl: originOf(request.url) });
  }
  log('warn', 'webhook_refused', { source: source.name, reason: proof.reason });
  const { reason } = proof;
  return end(isOpen(reason) ? { kind: reason } : { kind: 'forged', reason });
}

/** What anybody may know: it says nothing of the secret. */
const isOpen = (reason: Refusal) => reason === 'keys_unavailable' || reason === 'id_malformed';

/** The signup in a genuine webhook. */
function parse(
  { config, log }: WebhookDependencies,
  source: Source,
  { body, proof, receivedMs, workerUrl }: Genuine,
): Step<Announced> {
  const payload = proof.payload ?? parseObject(body);
  const parsed = payload
    ? source.parse(payload, proof.signed)
    : ({ kind: 'unreadable', reason: 'not_a_json_object' } as const);
  const neverRefuses = payload !== undefined && source.answers.neverRefuses?.(payload) === true;
  if (parsed.kind === 'unreadable') {
    log('warn', 'webhook_unreadable', { source: source.name, reason: parsed.reason });
    const isAcknowledged = neverRefuses || source.answers.acknowledgesUnreadable;
    const { reason } = parsed;
    return end(isAcknowledged ? { kind: 'ignored', reason } : { kind: 'unreadable', reason });
  }
  if (parsed.kind === 'ignored') return end({ kind: 'ignored', reason: parsed.reason });
  if (parsed.signup.test && !config.allowTestEvents) {
    return end({ kind: 'ignored', reason: 'test_event' });
  }
  const signup = { ...received(parsed.signup, receivedMs), workerUrl };
  // Whoever asks why there is no source wants to know what the webhook held.
  if (payload && signup.visitorId === undefined) signup.payloadShape = payloadShape(payload);
  return on({ signup, neverRefuses });
}

/** Puts the signup on the queue. */
async function enqueue(
  { enqueue: send, log, sleep }: WebhookDependencies,
  source: Source,
  { signup, neverRefuses }: Announced,
  context: AfterAnswer,
): Promise<End> {
  const queued = send(signup);
  try {
    if (neverRefuses && (await isSlow(queued, sleep))) {
      log('error', 'queue_slow', { source: source.name });
      context.waitUntil(queued.catch(() => undefined));
      return { kind: 'ignored', reason: 'queue_slow' };
    }
    await queued;
  } catch (error) {
    log('error', 'queue_unavailable', { source: source.name, ...describeError(error) });
    return neverRefuses ? { kind: 'ignored', reason: 'queue_unavailable' } : { kind: 'not_queued' };
  }
  return { kind: 'accepted', id: signup.id };
}

/** Whether a provider that must not wait would wait too long. */
function isSlow(queued: Promise<unknown>, sleep: WebDependencies['sleep']): Promise<boolean> {
  return Promise.race([queued.then(() => false), sleep(HOOK_DEADLINE_SECONDS).then(() => true)]);
}

/** The answer. A refusal never says why. */
function answer(how: End): Response {
  switch (how.kind) {
    case 'accepted':
      return Response.json({ status: 'accepted', id: how.id } satisfies WebhookAnswer);
    case 'ignored':
      return Response.json({ status: 'ignored', reason: how.reason } satisfies WebhookAnswer);
    case 'no_secret':
      return problem(503, 'This source is not configured.', { 'retry-after': '300' });
    case 'too_large':
      return problem(413, 'At most 1 MiB.');
    case 'broken_off':
      return problem(400, 'The body broke off.');
    case 'forged':
      return problem(401);
    case 'id_malformed':
      return problem(400, BAD_ID);
    case 'keys_unavailable':
      return problem(503, 'The provider’s keys cannot be read now.', RETRY_SOON);
    case 'unreadable':
      // The signature is right, so the sender may know what is wrong.
      return problem(400, SOURCE_REASONS[how.reason].says);
    case 'not_queued':
      return problem(503, 'The signup could not be queued.', RETRY_SOON);
  }
}
