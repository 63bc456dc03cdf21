// What every source must do. A new source is tested by this with its own sample.
import fc from 'fast-check';
import { createLocalJWKSet } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Carried, Sample, SampleSignup } from '../../samples/sample.ts';
import { isObject, parseObject } from '../../src/json.ts';
import { SOURCE_REASONS } from '../../src/sources/reasons.ts';
import type { Parsed, Source } from '../../src/sources/source.ts';

const NOW = new Date('2026-11-23T09:00:00.000Z');
const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';

const person: SampleSignup = {
  eventId: 'evt_2fCxZ8r1bW',
  email: 'Ada.Lovelace@Example.com',
  name: 'Ada Lovelace',
  userId: 'user_42',
  visitorId: VISITOR_ID,
  referrer: 'https://news.ycombinator.com/',
  occurredAt: new Date('2026-11-23T08:59:30.000Z'),
};

const bytes = (text: string) => new TextEncoder().encode(text);
const seconds = (offset: number) => new Date(NOW.getTime() + offset * 1000);

export function describeSource(source: Source, sample: Sample): void {
  const secret = sample.newSecret();
  const can = (carried: Carried) => sample.carries.includes(carried);
  const sign = (payload: string, at = NOW, by = secret, eventId = person.eventId) =>
    sample.sign(payload, { secret: by, eventId, at });
  const verify = (headers: Headers, body: string | Uint8Array, secrets = [secret]) =>
    source.verify({
      headers,
      body: typeof body === 'string' ? bytes(body) : body,
      secrets,
      now: NOW.getTime(),
      issuerKeys: async (url) =>
        createLocalJWKSet((await sample.publishedKeys?.(url)) ?? { keys: [] }),
    });

  async function read(payload: string, at = NOW, eventId = person.eventId): Promise<Parsed> {
    const webhook = await sign(payload, at, secret, eventId);
    const verification = await verify(webhook.headers, webhook.body);
    if (!verification.ok) throw new Error(`the sample is not genuine: ${verification.reason}`);
    const parsed = verification.payload ?? parseObject(bytes(webhook.body));
    if (!parsed) throw new Error('the sample is not a JSON object');
    return source.parse(parsed, verification.signed);
  }

  async function signupOf(signup: SampleSignup) {
    const parsed = await read(sample.payload(signup), NOW, signup.eventId);
    if (parsed.kind !== 'signup') throw new Error(`not a signup: ${parsed.reason}`);
    return parsed.signup;
  }

  const proofHeaders = ({ headers }: { headers: Headers }) =>
    [...headers.keys()].filter((name) => name !== 'content-type');

  describe(`the ${source.name} source verifies`, () => {
    const payload = sample.payload(person);

    it('accepts what the provider sends', async () => {
      const { headers, body } = await sign(payload);
      expect(await verify(headers, body)).toMatchObject({ ok: true });
    });

    it('verifies bytes, so emoji and umlauts are no problem', async () => {
      const { headers, body } = await sign(sample.payload({ ...person, name: 'Zoë 👩‍🚀 Müller' }));
      expect(await verify(headers, body)).toMatchObject({ ok: true });
    });

    it.runIf(sample.proof === 'signature').each<[string, (body: string) => string]>([
      [
        'a changed byte',
        (body) => body.replace(person.eventId.slice(0, 3), 'xyz').replace('"', "'"),
      ],
      ['a space at the end', (body) => `${body} `],
      ['a byte-order mark in front', (body) => `\uFEFF${body}`],
      ['an escaped character that parses to the same text', (body) => body.replace('"', '\\u0022')],
      ['nothing', () => ''],
    ])('refuses a body with %s', async (_, tamper) => {
      const { headers, body } = await sign(payload);
      expect(tamper(body)).not.toBe(body);
      expect(await verify(headers, tamper(body))).toMatchObject({ ok: false });
    });

    it.runIf(sample.proof === 'signature')(
      'refuses bytes that look the same only after decoding',
      async () => {
        const { headers, body } = await sign(payload);
        const broken = Uint8Array.from([...bytes(body), 0xff]);
        expect(await verify(headers, broken)).toMatchObject({ ok: false });
      },
    );

    it('refuses the proof of another secret', async () => {
      const { headers, body } = await sign(payload);
      expect(await verify(headers, body, [sample.newSecret()])).toMatchObject({ ok: false });
    });

    it('refuses a request without any one of its headers', async () => {
      const signed = await sign(payload);
      for (const name of proofHeaders(signed)) {
        for (const value of [undefined, '', '  ']) {
          const headers = new Headers(signed.headers);
          if (value === undefined) headers.delete(name);
          else headers.set(name, value);
          expect(await verify(headers, signed.body), `${name}: ${value}`).toMatchObject({
            ok: false,
          });
        }
      }
    });

    it.runIf(sample.isTimestamped).each([
      [-299, true],
      [-301, false],
      [299, true],
      [301, false],
    ])('accepts a timestamp %d seconds from now: %s', async (offset, ok) => {
      const { headers, body } = await sign(payload, seconds(offset));
      expect(await verify(headers, body)).toMatchObject({ ok });
    });

    it('accepts the old and the new secret while they are rotated', async () => {
      const next = sample.newSecret();
      const { headers, body } = await sign(payload, NOW, next);
      expect(await verify(headers, body, [secret, next])).toMatchObject({ ok: true });
      expect(await verify(headers, body, [next])).toMatchObject({ ok: true });
      expect(await verify(headers, body, [secret])).toMatchObject({ ok: false });
      expect(await verify(headers, body, [])).toMatchObject({ ok: false });
    });

    it('recognises texts that cannot be its secret', () => {
      expect(source.secretProblem(secret)).toBeUndefined();
      for (const slip of ['', 'whsec_', '#', 'prod', 'x y']) {
        expect(source.secretProblem(slip), slip).toBeDefined();
      }
    });

    it('refuses every mutation of a proving header or of a signed body', async () => {
      const signed = await sign(payload);
      const proving = proofHeaders(signed);
      // Without a proving header the body is the token.
      const isBodyProven = sample.proof === 'signature' || proving.length === 0;
      const places = [...proving, ...(isBodyProven ? ['body'] : [])];
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...places),
          fc.nat(),
          fc.integer({ min: 0x21, max: 0x7e }),
          async (where, position, code) => {
            const headers = new Headers(signed.headers);
            const original = where === 'body' ? signed.body : (headers.get(where) ?? '');
            const index = position % original.length;
            const mutated =
              original.slice(0, index) + String.fromCharCode(code) + original.slice(index + 1);
            // Hex digits and the word Bearer mean the same in upper and lower case.
            fc.pre(mutated.toLowerCase() !== original.toLowerCase());
            // The space between two fields is no part of either, and an empty field is none.
            fc.pre(original[index] !== ' ');
            // The last character of a JWT has bits that are part of no byte.
            fc.pre(sample.proof !== 'jwt' || index < original.length - 1);
            if (where !== 'body') headers.set(where, mutated);
            const { ok } = await verify(headers, where === 'body' ? mutated : signed.body);
            expect(ok).toBe(false);
          },
        ),
        { numRuns: 150 },
      );
    });

    it('does not throw on any header or body', async () => {
      const names = [...(await sign(payload)).headers.keys()];
      const value = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(fc.array(value, { minLength: 4, maxLength: 4 }), async (values) => {
          const headers = new Headers(names.map((name, index) => [name, values[index] ?? '']));
          expect(await verify(headers, values.join())).toMatchObject({ ok: false });
        }),
      );
    });
  });

  describe(`the ${source.name} source reads`, () => {
    const stableId = (signup: SampleSignup) =>
      `${source.name}:${sample.stableId?.(signup) ?? signup.eventId}`;

    it('who signed up, when, and which visitor it was', async () => {
      expect(await signupOf(person)).toMatchObject({
        id: stableId(person),
        source: source.name,
        occurredAt: '2026-11-23T08:59:30.000Z',
        test: false,
        ...(can('email') && { email: 'ada.lovelace@example.com' }),
        ...(can('name') && { name: 'Ada Lovelace' }),
        ...(can('userId') && { userId: 'user_42' }),
        ...(can('visitorId') && { visitorId: VISITOR_ID }),
        ...(can('referrer') && { referrer: 'https://news.ycombinator.com/' }),
      });
    });

    it('the same id every time the same event is sent', async () => {
      const payload = sample.payload(person);
      const ids = await Promise.all(
        [-60, 0, 60].map(async (offset) => {
          const parsed = await read(payload, seconds(offset));
          return parsed.kind === 'signup' && parsed.signup.id;
        }),
      );
      expect(new Set(ids)).toEqual(new Set([stableId(person)]));
    });

    it('that another event of the provider is no signup, and why', async () => {
      const parsed = await read(sample.otherPayload(person));
      expect(parsed.kind).toBe('ignored');
      expect(parsed.kind === 'ignored' && Object.hasOwn(SOURCE_REASONS, parsed.reason)).toBe(true);
    });

    it.runIf(can('test'))('that an event comes from test mode', async () => {
      expect(await signupOf({ ...person, test: true })).toMatchObject({ test: true });
    });

    it('a signup without email and without visitor', async () => {
      const signup = await signupOf({ eventId: 'evt_bare', occurredAt: person.occurredAt });
      expect(signup.email).toBeUndefined();
      expect(signup.visitorId).toBeUndefined();
      expect(signup.visitorIdInvalid).toBeUndefined();
    });

    it
      .runIf(can('visitorId'))
      .each<unknown>([
        '../../admin',
        '%2e%2e%2f',
        `${VISITOR_ID}/../x`,
        'x'.repeat(10_240),
        '__proto__',
        { toString: VISITOR_ID },
        { name: 'datafast_visitor_id' },
        `${VISITOR_ID};`,
        `"${VISITOR_ID}`,
        [VISITOR_ID, 'b3ab2331-989f-4cfa-91c6-2461c9e3c6bd'],
        [],
        42,
        '',
        '  ',
        'undefined',
        'null',
        null,
      ])('no visitor ID from %j', async (visitorId) => {
      const signup = await signupOf({ ...person, visitorId });
      expect(signup.visitorId).toBeUndefined();
      expect(JSON.stringify(signup)).not.toMatch(/\.\.|xxx|__proto__/);
    });

    it
      .runIf(can('visitorId'))
      .each<unknown>([
        `"${VISITOR_ID}"`,
        `%22${VISITOR_ID}%22`,
        { name: 'datafast_visitor_id', value: VISITOR_ID },
        [VISITOR_ID],
        `'${VISITOR_ID}'`,
        ` ${VISITOR_ID.toUpperCase()} `,
        `%2522${VISITOR_ID}%2522`,
        JSON.stringify({ name: 'datafast_visitor_id', value: VISITOR_ID }),
        JSON.stringify([VISITOR_ID]),
        [{ name: 'datafast_visitor_id', value: `"${VISITOR_ID}"` }],
        [VISITOR_ID, VISITOR_ID],
      ])('the visitor ID in its wrapper %j', async (visitorId) => {
      const signup = await signupOf({ ...person, visitorId });
      expect(signup.visitorId).toBe(VISITOR_ID);
      expect(signup.visitorIdInvalid).toBeUndefined();
    });

    it.runIf(can('visitorId')).each<[unknown, true | undefined]>([
      ['GA1.2.123.456', true],
      ['%22broken%22', true],
      ['"[object Object]"', true],
      [`${VISITOR_ID}/../goals`, true],
      [[VISITOR_ID, 'b3ab2331-989f-4cfa-91c6-2461c9e3c6bd'], true],
      [[VISITOR_ID, 'rubbish'], true],
      [{ value: 'rubbish' }, true],
      [42, true],
      ['', undefined],
      ['""', undefined],
      ['undefined', undefined],
      ['%22null%22', undefined],
      [{ name: 'datafast_visitor_id', value: '' }, undefined],
      [[], undefined],
      [[null], undefined],
    ])('whether %j is rubbish or nothing: %s', async (visitorId, isRubbish) => {
      const signup = await signupOf({ ...person, visitorId });
      expect(signup.visitorId).toBeUndefined();
      expect(signup.visitorIdInvalid).toBe(isRubbish);
    });

    it
      .runIf(can('email'))
      .each([
        'k3f9@anonymous.placeholder.invalid',
        'temp-k3f9@http://localhost:3000',
        'ada@localhost',
        'ada@host',
      ])('no address in %s, to which no mail can go', async (email) => {
      expect((await signupOf({ ...person, email })).email).toBeUndefined();
    });

    it('every JSON object without throwing', () => {
      const hostile = fc.constantFrom<unknown>({ toString: 1 }, { valueOf: 1 }, [], null, -1);
      const payload: unknown = JSON.parse(sample.payload(person));
      fc.assert(
        fc.property(
          fc.oneof(
            fc.object({ maxDepth: 4 }),
            hostile.chain((value) => fc.constant(replaceLeaves(payload, value))),
          ),
          (input) => {
            expect(['signup', 'ignored', 'unreadable']).toContain(
              source.parse(isObject(input) ? input : {}, { id: 'x', at: NOW.toISOString() }).kind,
            );
          },
        ),
      );
    });
  });
}

/** The same shape with another value at every leaf. */
function replaceLeaves(value: unknown, leaf: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceLeaves(item, leaf));
  if (!isObject(value)) return leaf;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceLeaves(item, leaf)]),
  );
}
