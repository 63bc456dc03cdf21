// The door for signups: verify, parse, enqueue, answer. Nothing else happens here: no KV, no D1, no request.
import { Hono } from 'hono/tiny';
import { describeError } from '../model.ts';
import { parseObject } from '../sources/payload.ts';
import type { AnnouncedSignup, Parsed } from '../sources/source.ts';
import { readBody } from './body.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** Supabase gives its hook five seconds in all, and then refuses the person their signup. */
const HOOK_PATIENCE_SECONDS = 2.5;
/** Soon enough for a hiccup, and Supabase retries only when told to. */
const RETRY_SOON = { 'retry-after': '10' };

export function webhooks(): WebApp {
  const app = new Hono<WebEnv>();

  // One handler for every method: two that match would take Hono's slow way.
  app.all('/:source', async (c) => {
    if (c.req.method !== 'POST') return problem(405, 'Webhooks are posted.', { allow: 'POST' });
    const { config, sources, now, sleep, log, enqueue, issuerKeys } = c.env;
    const source = sources.get(c.req.param('source'));
    if (!source) return problem(404, 'There is no such source.');
    const refuse = (event: string, reason: string) =>
      log('warn', event, { source: source.name, reason });

    const secrets = config.webhookSecrets.get(source.secretName);
    if (!secrets) {
      refuse(
        'webhook_without_secret',
        `${source.secretName} is not set, or is no secret of this source`,
      );
      return problem(503, 'This source is not configured.', { 'retry-after': '300' });
    }
    const body = await readBody(c.req.raw, MAX_BODY_BYTES);
    if (body.kind === 'too_large') return problem(413, 'At most 1 MiB.');
    if (body.kind === 'broken_off') return problem(400, 'The body broke off.');

    const nowMs = now();
    const verification = await source.verify({
      headers: c.req.raw.headers,
      body: body.bytes,
      secrets,
      now: nowMs,
      issuerKeys,
    });
    if (!verification.ok) {
      refuse('webhook_refused', verification.reason);
      return verification.reason === 'keys_unavailable'
        ? problem(503, 'The provider’s keys cannot be read now.', RETRY_SOON)
        : problem(401);
    }

    const payload = verification.payload ?? parseObject(body.bytes);
    const parsed: Parsed = payload
      ? source.parse(payload, verification.signed)
      : { kind: 'unreadable', reason: 'not_a_json_object' };
    const neverRefuses = payload !== undefined && source.answers.neverRefuses?.(payload) === true;
    if (parsed.kind === 'unreadable') {
      refuse('webhook_unreadable', parsed.reason);
      return neverRefuses || source.answers.acknowledgesUnreadable
        ? Response.json({ status: 'ignored', reason: parsed.reason })
        : problem(400, 'The event is not what this provider documents.');
    }
    if (parsed.kind === 'ignored')
      return Response.json({ status: 'ignored', reason: parsed.reason });
    if (parsed.signup.test && !config.allowTestEvents) {
      return Response.json({ status: 'ignored', reason: 'test_event' });
    }

    const queued = enqueue({ version: 1, ...received(parsed.signup, nowMs) });
    try {
      const isLate = neverRefuses
        ? await Promise.race([
            queued.then(() => false),
            sleep(HOOK_PATIENCE_SECONDS).then(() => true),
          ])
        : await queued.then(() => false);
      if (isLate) {
        log('error', 'queue_slow', { source: source.name });
        c.executionCtx.waitUntil(queued.catch(() => undefined));
        return Response.json({ status: 'ignored', reason: 'queue_slow' });
      }
    } catch (error) {
      log('error', 'queue_unavailable', { source: source.name, ...describeError(error) });
      return neverRefuses
        ? Response.json({ status: 'ignored', reason: 'queue_unavailable' })
        : problem(503, 'The signup could not be queued.', RETRY_SOON);
    }
    return Response.json({ status: 'accepted', id: parsed.signup.id });
  });

  return app;
}

/** An event from the future would win over every later one; it happened now at the latest. */
function received(signup: AnnouncedSignup, nowMs: number) {
  const receivedAt = new Date(nowMs).toISOString();
  const told = signup.occurredAt ?? receivedAt;
  return { ...signup, occurredAt: told < receivedAt ? told : receivedAt, receivedAt };
}
