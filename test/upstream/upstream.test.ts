// The client that every upstream is asked through: what each kind of answer means, and what never gets out or in.
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../src/reasons.ts';
import { standardReasons } from '../../src/upstream/reasons.ts';
import { retryAfterSeconds } from '../../src/upstream/retry-after.ts';
import {
  ask,
  isRecovering,
  newUpstreamState,
  type UpstreamOptions,
} from '../../src/upstream/upstream.ts';
import { VERSION } from '../../src/version.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const MEBIBYTE = 1024 * 1024;

interface Sent {
  url: string;
  init: RequestInit | undefined;
}

/** Asks a service that gives these answers, one after another. */
function service(...answers: (() => Response | Promise<Response>)[]) {
  const sent: Sent[] = [];
  const options: UpstreamOptions = {
    fetch: async (input, init) => {
      sent.push({ url: String(input), init });
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (!answer) throw new TypeError('no answer');
      return answer();
    },
    now: () => NOW,
    state: newUpstreamState(),
    reason: reasonsOf(standardReasons('Service', 'SERVICE_TOKEN'), 'service'),
    timeoutMs: 50,
    recordStatuses: [400],
  };
  const request = { method: 'GET' as const, url: 'https://service.example/thing' };
  return { sent, ask: () => ask(options, request), options };
}

const json = (status: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
const streamed = (bytes: number) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (let left = bytes; left > 0; left -= 65_536) controller.enqueue(new Uint8Array(65_536));
        controller.close();
      },
    }),
  );

describe('an upstream', () => {
  it.each([
    [200, { kind: 'ok' }],
    [201, { kind: 'ok' }],
    [400, { kind: 'refused' }],
    [
      401,
      {
        kind: 'unavailable',
        wait: { status: 'retry', reason: { code: 'service_unauthorized' }, afterSeconds: 600 },
      },
    ],
    [
      402,
      {
        kind: 'unavailable',
        wait: {
          reason: { code: 'service_request_refused', detail: 'HTTP 402' },
          afterSeconds: 600,
        },
      },
    ],
    [
      403,
      { kind: 'unavailable', wait: { reason: { code: 'service_forbidden' }, afterSeconds: 600 } },
    ],
    [410, { kind: 'unavailable', wait: { reason: { code: 'service_request_refused' } } }],
    [301, { kind: 'unavailable', wait: { reason: { code: 'service_request_refused' } } }],
    [
      408,
      { kind: 'unavailable', wait: { status: 'retry', reason: { code: 'service_unavailable' } } },
    ],
    [
      429,
      {
        kind: 'unavailable',
        wait: { status: 'snooze', reason: { code: 'service_rate_limited' }, afterSeconds: 60 },
      },
    ],
    [
      500,
      {
        kind: 'unavailable',
        wait: { status: 'retry', reason: { code: 'service_unavailable', detail: 'HTTP 500' } },
      },
    ],
  ])('that answers %d is understood', async (status, meaning) => {
    expect(await service(() => json(status)).ask()).toMatchObject(meaning);
  });

  it.each([200, 400])(
    'that answers %d with a page of HTML says nothing about the record',
    async (status) => {
      const answer = await service(() => new Response('<h1>Hello</h1>', { status })).ask();
      expect(answer).toMatchObject({
        kind: 'unavailable',
        wait: { reason: { code: 'service_answer_unreadable' } },
      });
    },
  );

  it('that cannot be reached or does not answer in time is tried again', async () => {
    const down = service(() => Promise.reject(new TypeError('connection reset')));
    expect(await down.ask()).toMatchObject({ wait: { reason: { code: 'service_unreachable' } } });
    const slow = service(() => new Promise<Response>(() => undefined));
    const patient = slow.options.fetch;
    slow.options.fetch = (input, init) =>
      Promise.race([
        patient(input, init),
        new Promise<Response>((_, reject) =>
          init?.signal?.addEventListener('abort', () =>
            reject(new DOMException('late', 'TimeoutError')),
          ),
        ),
      ]);
    expect(await slow.ask()).toMatchObject({ wait: { reason: { code: 'service_timeout' } } });
  });

  it('that redirects gets no second request, and so no key at another host', async () => {
    const { sent, ask: send } = service(() =>
      json(302, {}, { location: 'https://elsewhere.example/' }),
    );
    await send();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.init?.redirect).toBe('manual');
  });

  it.each([
    ['by its header', () => json(200, {}, { 'content-length': String(2 * MEBIBYTE) })],
    ['by its bytes', () => streamed(2 * MEBIBYTE)],
    [
      'once it is unpacked',
      () =>
        new Response('x'.repeat(2 * MEBIBYTE), {
          headers: { 'content-encoding': 'gzip', 'content-length': '2000' },
        }),
    ],
  ])('whose answer is larger than 1 MiB %s is not read to its end', async (_, answer) => {
    expect(await service(answer).ask()).toMatchObject({
      kind: 'unavailable',
      wait: { status: 'retry', reason: { code: 'service_answer_too_large' } },
    });
  });

  it('is told who asks', async () => {
    const { sent, ask: send } = service(() => json(200));
    await send();
    expect(new Headers(sent[0]?.init?.headers).get('user-agent')).toBe(`whence/${VERSION}`);
  });

  it('that says when to come back is asked by nobody before then', async () => {
    const { sent, ask: send } = service(() => json(429, {}, { 'retry-after': '30' }));
    await send();
    expect(await send()).toMatchObject({ wait: { status: 'snooze', afterSeconds: 30 } });
    expect(sent).toHaveLength(1);
  });

  it.each(['999999999', '99999999999', 'Fri, 01 Jan 9999 00:00:00 GMT'])(
    'is asked again after an hour, whatever it says: %s',
    async (header) => {
      const { ask: send } = service(() => json(429, {}, { 'retry-after': header }));
      expect(await send()).toMatchObject({ wait: { status: 'snooze', afterSeconds: 3600 } });
    },
  );

  it('is not taken for broken because of one record that always fails', async () => {
    const { options } = service(() => json(503));
    const about = (subject: string) =>
      ask(options, { method: 'GET', url: 'https://service.example/thing', subject });
    for (let attempt = 0; attempt < 10; attempt += 1) await about('one');
    expect(isRecovering(options)).toBe(false);
    for (const subject of ['two', 'three', 'four']) await about(subject);
    expect(await about('five')).toMatchObject({ wait: { status: 'retry' } });
    expect(await about('six')).toMatchObject({ wait: { status: 'snooze' } });
  });

  it('that answers too much is not down', async () => {
    const { ask: send } = service(() => streamed(2 * MEBIBYTE));
    for (let attempt = 0; attempt < 7; attempt += 1) {
      expect(await send()).toMatchObject({ wait: { status: 'retry' } });
    }
  });

  it('that fails five times in a row is left alone', async () => {
    const { sent, ask: send } = service(() => json(503));
    for (let attempt = 0; attempt < 7; attempt += 1) await send();
    expect(sent).toHaveLength(5);
    expect(await send()).toMatchObject({
      wait: { status: 'snooze', reason: { code: 'service_down' }, afterSeconds: 15 },
    });
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120],
    ['Mon, 23 Nov 2026 09:02:00 GMT', 120],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
    ['5.5', undefined],
    ['-1', undefined],
    ['soon', undefined],
  ])('%s means %s seconds', (value, seconds) => {
    expect(retryAfterSeconds(value, NOW)).toBe(seconds);
  });
});
