// What every source must do, whoever signs. A new source runs this with its own sample.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample, SampleSignup } from '../../sandbox/webhooks/sample.ts';
import { isObject } from '../../src/sources/payload.ts';
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

export function describeSource(source: Source, sample: Sample): void {
  const secret = sample.newSecret();
  const seconds = (offset: number) => new Date(NOW.getTime() + offset * 1000);
  const sign = (body: string, at = NOW, by = secret, eventId = person.eventId) =>
    sample.sign(body, { secret: by, eventId, at });
  const verify = (headers: Headers, body: Uint8Array, secrets = [secret]) =>
    source.verify({ headers, body, secrets, now: NOW.getTime() });

  async function parse(signup: SampleSignup): Promise<Parsed> {
    const body = sample.body(signup);
    const verification = await verify(await sign(body, NOW, secret, signup.eventId), bytes(body));
    const payload: unknown = JSON.parse(body);
    if (!verification.ok || !isObject(payload)) throw new Error('the sample is not genuine');
    return source.parse(payload, verification.signed);
  }

  async function signupOf(signup: SampleSignup) {
    const parsed = await parse(signup);
    if (parsed.kind !== 'signup') throw new Error(`not a signup: ${parsed.reason}`);
    return parsed.signup;
  }

  describe(`the ${source.name} source verifies`, () => {
    const body = sample.body(person);

    it("accepts what the provider's own SDK signs", async () => {
      expect(await verify(await sign(body), bytes(body))).toMatchObject({ ok: true });
    });

    it('signs bytes, so emoji and umlauts survive', async () => {
      const unicode = sample.body({ ...person, name: 'Zoë 👩‍🚀 Müller' });
      expect(await verify(await sign(unicode), bytes(unicode))).toMatchObject({ ok: true });
    });

    it.each([
      ['a changed byte', body.replace('Ada', 'Adb')],
      ['a space at the end', `${body} `],
      ['a byte-order mark in front', `\uFEFF${body}`],
      ['an escaped character that parses to the same', body.replace('Ada', '\\u0041da')],
      ['nothing', ''],
    ])('refuses a body with %s', async (_, tampered) => {
      expect(await verify(await sign(body), bytes(tampered))).toMatchObject({ ok: false });
    });

    it('refuses bytes that only look the same once decoded', async () => {
      const broken = Uint8Array.from([...bytes(body), 0xff]);
      expect(await verify(await sign(body), broken)).toMatchObject({ ok: false });
    });

    it('refuses a signature of another secret', async () => {
      const headers = await sign(body, NOW, sample.newSecret());
      expect(await verify(headers, bytes(body))).toMatchObject({ ok: false });
    });

    it('refuses a request without any one of its headers', async () => {
      const signed = await sign(body);
      for (const name of signed.keys()) {
        if (name === 'content-type') continue;
        for (const value of [undefined, '', '  ']) {
          const headers = new Headers(signed);
          if (value === undefined) headers.delete(name);
          else headers.set(name, value);
          expect(await verify(headers, bytes(body)), `${name}: ${value}`).toMatchObject({
            ok: false,
          });
        }
      }
    });

    it.each([
      [-299, true],
      [-301, false],
      [299, true],
      [301, false],
    ])('takes a timestamp %d seconds from now: %s', async (offset, ok) => {
      const headers = await sign(body, seconds(offset));
      expect(await verify(headers, bytes(body))).toMatchObject({ ok });
    });

    it('accepts the old and the new secret while they are rotated', async () => {
      const next = sample.newSecret();
      const headers = await sign(body, NOW, next);
      expect(await verify(headers, bytes(body), [secret, next])).toMatchObject({ ok: true });
      expect(await verify(headers, bytes(body), [next])).toMatchObject({ ok: true });
      expect(await verify(headers, bytes(body), [secret])).toMatchObject({ ok: false });
      expect(await verify(headers, bytes(body), [])).toMatchObject({ ok: false });
    });

    it('knows a secret that cannot be one', () => {
      expect(source.secretProblem(secret)).toBeUndefined();
      expect(source.secretProblem('')).toBeDefined();
    });

    it('no mutation of a header or of the body verifies', async () => {
      const signed = await sign(body);
      const names = [...signed.keys()].filter((name) => name !== 'content-type');
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...names, 'body'),
          fc.nat(),
          fc.integer({ min: 0x21, max: 0x7e }),
          async (where, position, code) => {
            const headers = new Headers(signed);
            const original = where === 'body' ? body : (signed.get(where) ?? '');
            const index = position % original.length;
            const mutated =
              original.slice(0, index) + String.fromCharCode(code) + original.slice(index + 1);
            // Hex means the same in either case; that is no mutation.
            fc.pre(mutated.toLowerCase() !== original.toLowerCase());
            if (where !== 'body') headers.set(where, mutated);
            const verification = await verify(headers, bytes(where === 'body' ? mutated : body));
            expect(verification.ok).toBe(false);
          },
        ),
        { numRuns: 300 },
      );
    });

    it('no header or body makes it throw', async () => {
      const names = [...(await sign(body)).keys()];
      const value = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(fc.array(value, { minLength: 4, maxLength: 4 }), async (values) => {
          const headers = new Headers(names.map((name, index) => [name, values[index] ?? '']));
          expect(await verify(headers, bytes(values.join()))).toMatchObject({ ok: false });
        }),
      );
    });
  });

  describe(`the ${source.name} source reads`, () => {
    it('who signed up, when, and which visitor it was', async () => {
      expect(await signupOf(person)).toEqual({
        id: `${source.name}:${person.eventId}`,
        source: source.name,
        email: 'ada.lovelace@example.com',
        name: 'Ada Lovelace',
        userId: 'user_42',
        visitorId: VISITOR_ID,
        occurredAt: '2026-11-23T08:59:30.000Z',
        test: false,
        referrer: 'https://news.ycombinator.com/',
      });
    });

    it('the same id from the same event, however often it is signed again', async () => {
      const body = sample.body(person);
      const ids = await Promise.all(
        [-60, 0, 60].map(async (offset) => {
          const verification = await verify(await sign(body, seconds(offset)), bytes(body));
          const payload: unknown = JSON.parse(body);
          if (!verification.ok || !isObject(payload)) throw new Error('not genuine');
          const parsed = source.parse(payload, verification.signed);
          return parsed.kind === 'signup' && parsed.signup.id;
        }),
      );
      expect(new Set(ids)).toEqual(new Set([`${source.name}:${person.eventId}`]));
    });

    it('nothing out of an event that is no signup', async () => {
      const payload: unknown = JSON.parse(
        sample
          .body(person)
          .replace(/checkout\.session\.completed|user\.created|user\.signup/, 'something.else'),
      );
      expect(
        isObject(payload) && source.parse(payload, { id: 'x', at: NOW.toISOString() }),
      ).toEqual({ kind: 'ignored', reason: 'not_a_signup_event' });
    });

    it('a signup without email or visitor as just that', async () => {
      const signup = await signupOf({ eventId: 'evt_bare', occurredAt: person.occurredAt });
      expect(signup.email).toBeUndefined();
      expect(signup.visitorId).toBeUndefined();
      expect(signup.visitorIdInvalid).toBeUndefined();
    });

    it.each([
      '../../admin',
      '%2e%2e%2f',
      `${VISITOR_ID}/../x`,
      'x'.repeat(10_240),
      '__proto__',
      { toString: VISITOR_ID },
      [VISITOR_ID],
      42,
    ])('no visitor ID out of %j, and says that one was there', async (visitorId) => {
      const signup = await signupOf({ ...person, visitorId });
      expect(signup.visitorId).toBeUndefined();
      expect(signup.visitorIdInvalid).toBe(true);
      expect(JSON.stringify(signup)).not.toContain('..');
    });

    it.each(['', '  ', 'undefined', 'null', null])(
      'a cookie that was not there (%j) as no visitor ID',
      async (visitorId) => {
        const signup = await signupOf({ ...person, visitorId });
        expect(signup.visitorId).toBeUndefined();
        expect(signup.visitorIdInvalid).toBeUndefined();
      },
    );

    it('any JSON object without throwing', () => {
      fc.assert(
        fc.property(fc.object({ maxDepth: 4 }), (payload) => {
          expect(['signup', 'ignored', 'unreadable']).toContain(
            source.parse(payload, { id: 'x', at: NOW.toISOString() }).kind,
          );
        }),
      );
    });
  });
}
