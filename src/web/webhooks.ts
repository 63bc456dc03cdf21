// The door for signups: verify, parse, enqueue, answer. Nothing else happens here: no KV, no D1, no request.
import { Hono } from 'hono';
import { describeError } from '../model.ts';
import { isObject, type JsonObject } from '../sources/payload.ts';
import type { AnnouncedSignup } from '../sources/source.ts';
import { readBody } from './body.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** Soon enough for a hiccup, and Supabase retries only when told to. */
const RETRY_AFTER_SECONDS = '10';

export function webhooks(): WebApp {
  const app = new Hono<WebEnv>();

  app.post('/:source', async (c) => {
    const { config, sources, now, log, enqueue } = c.env;
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
    });
    if (!verification.ok) {
      refuse('webhook_refused', verification.reason);
      return problem(401);
    }

    const payload = parseObject(body.bytes);
    if (!payload) {
      refuse('webhook_unreadable', 'not_a_json_object');
      return problem(400, 'The body is not a JSON object in UTF-8.');
    }
    const parsed = source.parse(payload, verification.signed);
    if (parsed.kind === 'unreadable') {
      refuse('webhook_unreadable', parsed.reason);
      return problem(400, 'The event lacks what this provider documents.');
    }
    if (parsed.kind === 'ignored') return c.json({ status: 'ignored', reason: parsed.reason });
    if (parsed.signup.test && !config.allowTestEvents) {
      return c.json({ status: 'ignored', reason: 'test_event' });
    }

    try {
      await enqueue({ version: 1, ...received(parsed.signup, nowMs) });
    } catch (error) {
      log('error', 'queue_unavailable', { source: source.name, ...describeError(error) });
      return problem(503, 'The signup could not be queued.', {
        'retry-after': RETRY_AFTER_SECONDS,
      });
    }
    return c.json({ status: 'accepted', id: parsed.signup.id });
  });

  app.all('/:source', () => problem(405, 'Webhooks are posted.', { allow: 'POST' }));
  return app;
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An event from the future would win over every later one; it happened now at the latest. */
function received(signup: AnnouncedSignup, nowMs: number) {
  const receivedAt = new Date(nowMs).toISOString();
  const occurredAt = signup.occurredAt < receivedAt ? signup.occurredAt : receivedAt;
  return { ...signup, occurredAt, receivedAt };
}
