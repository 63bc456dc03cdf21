// What every destination must do. A new destination runs this against its own stand-in.
import { describe, expect, it } from 'vitest';
import type { Destination, OpenDestination } from '../../src/destinations/destination.ts';
import { isOurs } from '../../src/destinations/field.ts';
import { isOn, openDestinations } from '../../src/destinations/index.ts';
import type { Contact } from '../../src/model.ts';
import { prefixed, REASONS, type Reason, type ReasonTable } from '../../src/reasons.ts';
import type { SettingValues } from '../../src/settings/setting.ts';
import { standardReasons } from '../../src/upstream/reasons.ts';
import { contactsOf, NOON, signup } from './people.ts';

/** The service behind the destination, without anybody in it. */
export interface StandIn {
  fetch: typeof fetch;
  /** What the service holds of the contact, by property; `undefined` when it does not know them. */
  held(contact: Contact): Readonly<Record<string, string>> | undefined;
  /** From now on the service refuses to write this contact. */
  refuse(contact: Contact): void;
}

/** An answer instead of the service's; `undefined` lets the request through. */
type Weather = () => Response | undefined;

const json = (status: number) => () => Response.json({ message: 'no' }, { status });
const html = (status: number) => () =>
  new Response('<!DOCTYPE html><h1>Something went wrong</h1>', {
    status,
    headers: { 'content-type': 'text/html' },
  });
const HTML_UNDER_200 = 'a page of HTML under 200';
const BAD_WEATHER: readonly [string, Weather, 'snooze' | 'retry'][] = [
  ['429', json(429), 'snooze'],
  ['500', json(500), 'retry'],
  ['503', json(503), 'retry'],
  [HTML_UNDER_200, html(200), 'retry'],
  ['a page of HTML under 502', html(502), 'retry'],
  [
    'nothing in time',
    () => {
      throw new DOMException('The operation timed out.', 'TimeoutError');
    },
    'retry',
  ],
];

/** `values`: settings with which the destination is on. */
export function describeDestination(
  destination: Destination,
  values: SettingValues,
  createStandIn: () => StandIn,
): void {
  const { name, label, fields, settings, reasons, reads, batchSize, requestsPerBatch } =
    destination;
  // Who only sends has no answer to read.
  const badWeather = BAD_WEATHER.filter(([kind]) => reads || kind !== HTML_UNDER_200);
  /** It changes a customer that the provider has made, and creates none. */
  const isCustomer = destination.key === 'customerId';
  const table: ReasonTable = { ...REASONS, ...prefixed(name, reasons) };
  const secrets = settings.flatMap((row) => (row.isSecret ? (values.get(row.name) ?? []) : []));

  /** A prepared service, and the destination as each batch opens it. */
  async function stage() {
    const standIn = createStandIn();
    let weather: Weather = () => undefined;
    let requests = 0;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      requests += 1;
      return weather() ?? standIn.fetch(input, init);
    };
    const open = (requestsLeft = () => Number.POSITIVE_INFINITY): OpenDestination => {
      const io = { fetch, now: () => Date.parse(NOON), requestsLeft };
      const [opened] = openDestinations(values, new Map(), io, [destination]);
      if (!opened) throw new Error('the settings do not open the destination');
      return opened;
    };
    await open().prepare?.();
    requests = 0;
    return {
      standIn,
      open,
      requests: () => requests,
      setWeather: (next: Weather) => {
        weather = next;
      },
      async write(contacts: readonly Contact[], requestsLeft?: () => number) {
        const outcomes = await open(requestsLeft).upsert(contacts);
        expect(outcomes).toHaveLength(contacts.length);
        for (const { reason } of outcomes) if (reason) expectPresentable(reason, contacts);
        return outcomes;
      },
    };
  }

  /** The table has the reason, and it quotes neither people nor keys. */
  function expectPresentable({ code, detail = '' }: Reason, contacts: readonly Contact[]): void {
    expect(Object.keys(table)).toContain(code);
    for (const { email } of contacts) expect(detail).not.toContain(email);
    for (const secret of secrets) expect(detail).not.toContain(secret);
  }

  const person = (given: Parameters<typeof signup>[0]): Contact => {
    const { email = 'ada@example.com' } = given;
    const customer = isCustomer ? { source: name, customerId: `cus_${email.split('@')[0]}` } : {};
    const [contact] = contactsOf(signup({ ...given, ...customer }));
    if (!contact) throw new Error('no contact');
    return contact;
  };
  const people = (count: number) =>
    Array.from({ length: count }, (_, index) => person({ email: `p${index}@example.com` }));
  const EARLIER = '2026-11-20T12:00:00.000Z';
  const LATER = '2026-11-24T12:00:00.000Z';
  const ada = () =>
    person({
      name: 'Ada Lovelace',
      params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'one' },
      visitor: { prediction: { score: 70 }, visits: 9, country: 'GB', city: 'London' },
    });

  describe(`the ${label} destination declares`, () => {
    it('each field with a label and a description, and each property once', () => {
      for (const field of fields) {
        expect(field.label, field.property).not.toBe('');
        expect(field.description, field.property).not.toBe('');
        expect(field.type === 'enumeration', field.property).toBe(field.options !== undefined);
      }
      const properties = fields.map(({ property }) => property);
      expect(new Set(properties).size).toBe(properties.length);
    });

    it('names of fields that its own rule accepts', () => {
      for (const { property } of destination.naming ? fields : []) {
        expect(property).toMatch(destination.naming?.pattern ?? /^/);
        expect(destination.naming?.identity).not.toContain(property);
      }
    });

    it('each setting with a line for the docs and a fix, and the key first', () => {
      expect(settings[0]).toMatchObject({ isSecret: true, isNeeded: true });
      for (const row of settings) {
        expect(row.name).toMatch(/^[A-Z][A-Z0-9_]*$/);
        expect(row.doc, row.name).toMatch(/\.$/);
        expect(row.fix, row.name).toMatch(/\.$/);
        if (row.isNeeded) expect(row.where, row.name).toBeDefined();
        if (row.default) expect(row.read(row.default)).toEqual({ value: row.default });
      }
    });

    it('that it is off without what it needs', () => {
      expect(isOn(destination, new Map())).toBe(false);
      expect(isOn(destination, values)).toBe(true);
    });

    it('each reason in words, the standard ones among them', () => {
      expect(name).toMatch(/^[a-z][a-z0-9]*$/);
      expect(Object.keys(reasons)).toEqual(
        expect.arrayContaining(Object.keys(standardReasons(label, ''))),
      );
      for (const [code, { says, todo }] of Object.entries(reasons)) {
        expect(says, code).toMatch(/\.$/);
        expect(todo, code).toMatch(/\.$/);
      }
    });

    it('what a batch costs: nothing for nobody, and never less for more', () => {
      expect(requestsPerBatch(0)).toBe(0);
      for (let contacts = 1; contacts <= batchSize; contacts += 1) {
        expect(requestsPerBatch(contacts)).toBeGreaterThanOrEqual(requestsPerBatch(contacts - 1));
      }
    });
  });

  describe(`the ${label} destination delivers`, () => {
    it('with one outcome per contact, in the same order, and a refused one is rejected alone', async () => {
      const { standIn, write } = await stage();
      const contacts = people(6);
      const [, , refused] = contacts;
      if (refused) standIn.refuse(refused);
      const outcomes = await write(contacts);
      expect(outcomes.map(({ status }) => status)).toEqual(
        contacts.map((contact) => (contact === refused ? 'rejected' : 'delivered')),
      );
      const ids = outcomes.map((outcome) =>
        outcome.status === 'delivered' ? outcome.externalId : undefined,
      );
      expect(await write(contacts)).toMatchObject(
        ids.map((externalId) => (externalId === undefined ? {} : { externalId })),
      );
      for (const contact of contacts) {
        expect(standIn.held(contact) === undefined).toBe(contact === refused);
      }
    });

    it('nothing for nobody, without a request', async () => {
      const { write, requests } = await stage();
      expect(await write([])).toEqual([]);
      expect(requests()).toBe(0);
    });

    it('the same when it is repeated', async () => {
      const { standIn, write } = await stage();
      const contact = ada();
      await write([contact]);
      const before = standIn.held(contact);
      expect(await write([contact])).toMatchObject([{ status: 'delivered' }]);
      expect(withoutClock(standIn.held(contact))).toEqual(withoutClock(before));
    });

    it('never an empty value: what is not known any more stays as it was', async () => {
      const { standIn, write } = await stage();
      await write([ada()]);
      const later = person({ at: LATER, visitor: null });
      const blank = person({ at: LATER, params: {}, visitor: { city: '', visits: undefined } });
      const before = standIn.held(later) ?? {};
      await write([later]);
      await write([blank]);
      for (const property of Object.keys(before)) {
        expect(standIn.held(later)?.[property], property).toBeTruthy();
      }
    });

    it('what it says that it wrote', async () => {
      const { standIn, write } = await stage();
      const contact = ada();
      const [outcome] = await write([contact]);
      expect(outcome?.status).toBe('delivered');
      const written = outcome?.status === 'delivered' ? outcome.written : {};
      expect(Object.keys(written).length).toBeGreaterThan(5);
      expect(respelled(standIn.held(contact))).toMatchObject(respelled(written));
    });
  });

  describe.runIf(reads)(`the ${label} destination protects`, () => {
    it('the first snapshots, whole, from whatever comes later', async () => {
      const { standIn, write } = await stage();
      const contact = ada();
      await write([contact]);
      const before = standIn.held(contact) ?? {};
      const params = { utm_source: 'reddit', utm_content: 'must-not-leak' };
      for (const at of [EARLIER, LATER]) await write([person({ at, source: 'stripe', params })]);
      for (const { property, write: rule } of fields) {
        if (rule === 'once')
          expect(standIn.held(contact)?.[property], property).toBe(before[property]);
      }
    });

    it('newer values from older ones', async () => {
      const { standIn, write } = await stage();
      const contact = ada();
      await write([contact]);
      const old = { prediction: { score: 10 }, visits: 1, city: 'Paris' };
      await write([person({ at: EARLIER, visitor: old })]);
      const newest = { datafast_lead_score: '70', datafast_visits: '9', datafast_city: 'London' };
      const own = Object.entries(newest).filter(([property]) =>
        fields.some((field) => field.property === property),
      );
      expect(own).not.toEqual([]);
      expect(standIn.held(contact)).toMatchObject(Object.fromEntries(own));
    });

    it.skipIf(isCustomer)(
      'a contact that exists from an address that is not verified, which waits for its event',
      async () => {
        const { standIn, write, open } = await stage();
        const [contact, other] = people(2);
        if (!contact || !other) throw new Error('two people');
        await write([contact]);
        const before = standIn.held(contact);
        const stranger: Contact = {
          ...person({ email: contact.email, at: LATER, params: { utm_source: 'evil' } }),
          onlyIfNew: true,
        };
        expect(await write([stranger, other])).toMatchObject([
          { status: 'snooze', isParked: true, reason: { code: 'email_unverified' } },
          { status: 'delivered' },
        ]);
        expect(standIn.held(contact)).toEqual(before);
        const preview = await open().preview?.(stranger);
        for (const row of preview && 'properties' in preview ? preview.properties : []) {
          expect(row.action, row.property).toBe('kept');
        }
      },
    );

    it('nobody from an address that is not verified and not known yet: it creates the contact, twice alike', async () => {
      const { standIn, write } = await stage();
      const contact: Contact = { ...ada(), onlyIfNew: true };
      for (const _ of [1, 2])
        expect(await write([contact])).toMatchObject([{ status: 'delivered' }]);
      expect(standIn.held(contact)).toMatchObject({ datafast_source: 'Google' });
    });

    it.skipIf(isCustomer)(
      'a contact that was deleted: a refresh does not create it again',
      async () => {
        const { standIn, write } = await stage();
        const contact: Contact = { ...ada(), isRefresh: true };
        expect(await write([contact])).toMatchObject([{ status: 'skipped' }]);
        expect(standIn.held(contact)).toBeUndefined();
      },
    );
  });

  describe(`the ${label} destination previews`, () => {
    it.each([
      ['a new contact', false],
      ['a contact that is there', true],
    ])('of %s exactly what is then written', async (_, isThere) => {
      const { standIn, open, write } = await stage();
      if (isThere) await write([person({ at: EARLIER, visitor: null })]);
      const contact = ada();
      const before = standIn.held(contact);
      const preview = await open().preview?.(contact);
      expect(standIn.held(contact)).toEqual(before);
      if (!preview) return;
      if ('failed' in preview) throw new Error(preview.failed.reason.code);
      expect(preview.externalId !== undefined).toBe(reads && (isThere || isCustomer));
      expect(preview.properties.map(({ property }) => property)).toEqual(
        fields.flatMap(({ property, isOnRequest }) =>
          isOnRequest && destination.naming ? [] : property,
        ),
      );
      const [outcome] = await write([contact]);
      const written = outcome?.status === 'delivered' ? outcome.written : {};
      for (const { property, action, now, wouldBe } of preview.properties) {
        expect(now, property).toBe(before?.[property] ?? null);
        expect(written[property], property).toBe(
          action === 'write' ? (wouldBe ?? undefined) : undefined,
        );
      }
    });
  });

  describe(`the ${label} destination erases`, () => {
    /** As the ledger knows them. */
    const knownAs = ({ email, first: { signup } }: Contact, ...externalIds: string[]) => ({
      emails: [email],
      customers: signup.customerId ? [`${signup.source}:${signup.customerId}`] : [],
      signups: [signup.id],
      externalIds,
    });
    const ours = fields.filter(isOurs).map(({ property }) => property);

    it.runIf(reads)('what it has written of one person, and nothing else', async () => {
      const { standIn, open, write } = await stage();
      const contact = ada();
      const [other] = people(1);
      if (!other) throw new Error('somebody else');
      await write([contact, other]);
      const [before, others] = [contact, other].map((one) => ({ ...standIn.held(one) }));
      const result = await open().erase?.(knownAs(contact));
      const after = standIn.held(contact) ?? {};
      const filled = ours.filter((property) => before?.[property]);
      expect(result).toMatchObject({ erased: expect.arrayContaining(filled) });
      expect(filled.length).toBeGreaterThan(5);
      for (const property of ours) expect(after[property] || undefined, property).toBeUndefined();
      const notOurs = Object.entries(before ?? {}).filter(([property]) => !ours.includes(property));
      expect(withoutClock(after)).toEqual(withoutClock(Object.fromEntries(notOurs)));
      expect(standIn.held(other)).toEqual(others);
    });

    it.runIf(reads)('once: a second time there is nothing, and nobody is created', async () => {
      const { standIn, open, write } = await stage();
      const contact = ada();
      expect(await open().erase?.(knownAs(contact))).toMatchObject({
        failed: { status: 'skipped' },
      });
      expect(standIn.held(contact)).toBeUndefined();
      await write([contact]);
      await open().erase?.(knownAs(contact));
      expect(await open().erase?.(knownAs(contact))).toMatchObject({
        failed: { status: 'skipped', reason: { code: `${name}_nothing_to_erase` } },
      });
    });

    it.runIf(reads)('so that a later signup starts anew', async () => {
      const { standIn, open, write } = await stage();
      await write([ada()]);
      await open().erase?.(knownAs(ada()));
      const again = person({ at: LATER, params: { utm_source: 'reddit' } });
      expect(await write([again])).toMatchObject([{ status: 'delivered' }]);
      expect(standIn.held(again)).toMatchObject({
        datafast_source: 'Reddit',
        datafast_visitor_id: again.latest.visitor?.visitorId,
      });
    });

    it.each(badWeather)(
      'nothing halfway in weather that answers %s',
      async (_, weather, status) => {
        const { standIn, setWeather, open, write } = await stage();
        const contact = ada();
        await write([contact]);
        const before = structuredClone(standIn.held(contact));
        setWeather(weather);
        const result = await open().erase?.(knownAs(contact, 'id_1'));
        expect(result).toMatchObject({ failed: { status } });
        if (result && 'failed' in result) expectPresentable(result.failed.reason, [contact]);
        expect(standIn.held(contact)).toEqual(before);
        setWeather(() => undefined);
        expect(await open().erase?.(knownAs(contact))).toHaveProperty('erased');
      },
    );
  });

  describe(`the ${label} destination has lists`, () => {
    it('to create once, and a dry run creates none', async () => {
      const { open } = await stage();
      const create = async (isDryRun: boolean) => open().createSegments?.(isDryRun);
      const missing = await create(true);
      if (!missing) return;
      expect(missing).toMatchObject({ problems: [] });
      expect(missing.segments.length).toBeGreaterThan(0);
      expect(await create(false)).toEqual(missing);
      expect(await create(false)).toEqual({ segments: [], problems: [] });
    });

    it.each(BAD_WEATHER)('and creates none in weather that answers %s', async (_, weather) => {
      const { open, setWeather } = await stage();
      setWeather(weather);
      const made = await open().createSegments?.(false);
      if (made) expect(made).toMatchObject({ segments: [], problems: [{ code: 'unavailable' }] });
    });
  });

  describe(`the ${label} destination links`, () => {
    it('to a contact by its ID, and asks once at most where that is', async () => {
      const { open, requests } = await stage();
      const opened = open();
      await opened.locate?.();
      const made = requests();
      expect(made).toBeLessThanOrEqual(1);
      await opened.locate?.();
      expect(requests()).toBe(made);
      const url = opened.contactUrl?.('id_1');
      if (opened.locate || url) expect(url).toMatch(/^https:\/\/.*\/id_1$/);
    });

    it.each(BAD_WEATHER)(
      'to nothing in weather that answers %s, without an error',
      async (_, weather) => {
        const { open, setWeather } = await stage();
        setWeather(weather);
        const opened = open();
        await opened.locate?.();
        if (opened.locate) expect(opened.contactUrl?.('id_1')).toBeUndefined();
      },
    );
  });

  describe(`the ${label} destination shows the shape of its answers`, () => {
    it('as the code expects them, by few requests that write nothing, and without a value', async () => {
      const { standIn, open, write, requests } = await stage();
      const contact = ada();
      await write([contact]);
      const before = standIn.held(contact);
      for (const email of [undefined, contact.email]) {
        const made = requests();
        const findings = await open().shape?.(email);
        expect(requests() - made).toBeLessThanOrEqual(3);
        for (const { name: kind, answers, missing, retyped, added, hidden } of findings ?? []) {
          expect(answers, kind).toBeGreaterThan(0);
          expect({ missing, retyped, added, hidden }, kind).toEqual({
            missing: [],
            retyped: [],
            added: [],
            hidden: 0,
          });
        }
        expect(JSON.stringify(findings ?? [])).not.toMatch(/lovelace|london|@/i);
      }
      expect(standIn.held(contact)).toEqual(before);
    });

    it.each(BAD_WEATHER)('and says nothing in weather that answers %s', async (_, weather) => {
      const { setWeather, open } = await stage();
      setWeather(weather);
      expect((await open().shape?.('ada@example.com')) ?? []).toEqual([]);
    });
  });

  describe(`the ${label} destination in bad weather`, () => {
    it.each(badWeather)('that answers %s loses nobody', async (_, weather, status) => {
      const { setWeather, open, write } = await stage();
      setWeather(weather);
      const contacts = people(3);
      const outcomes = await write(contacts);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(contacts.map(() => status));
      const preview = await open().preview?.(ada());
      if (preview && reads) expect(preview).toMatchObject({ failed: { status } });
      expect((await open().check()).map(({ code }) => code)).toContain('unavailable');
      setWeather(() => undefined);
      expect(await write(contacts)).toMatchObject(contacts.map(() => ({ status: 'delivered' })));
    });

    it('whose key is refused waits for the operator, and says which setting it is', async () => {
      const { setWeather, open, write } = await stage();
      expect(await open().check()).toEqual([]);
      setWeather(json(401));
      const [outcome] = await write(people(1));
      expect(outcome).toMatchObject({ status: 'retry', afterSeconds: expect.any(Number) });
      expect(table[outcome?.reason?.code ?? '']?.class).toBe('configuration');
      expect(await open().check()).toContainEqual(
        expect.objectContaining({ code: 'unauthorized', key: settings[0]?.name }),
      );
    });
  });

  describe(`a batch of the ${label} destination`, () => {
    it('makes no more requests than it plans', async () => {
      const { write, requests } = await stage();
      await write(people(batchSize));
      expect(requests()).toBeLessThanOrEqual(requestsPerBatch(batchSize));
    });

    it('makes no more requests than are left, even when a contact is refused', async () => {
      const { standIn, write, requests } = await stage();
      const contacts = people(Math.min(batchSize, 8));
      const planned = requestsPerBatch(contacts.length);
      const [, refused] = contacts;
      if (refused) standIn.refuse(refused);
      await write(contacts, () => planned - requests());
      expect(requests()).toBeLessThanOrEqual(planned);
    });
  });
}

/** A service may note when it was last written to. */
function withoutClock(held: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(held).filter(([name]) => !/modified/.test(name)));
}

/** A service may leave out the fraction of a second where it is zero. */
function respelled(held: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(held).map(([name, text]) => [name, text.replace(/\.000Z$/, 'Z')]),
  );
}
