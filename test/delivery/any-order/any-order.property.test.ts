// Whatever order events, attempts, dead letters and cron come in, and wherever an invocation fails or is ended: a person
// whose address any event says is a contact with the true source, and nobody waits for what is known.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Signup } from '../../../src/model.ts';
import { createChance } from '../../../stand-ins/chance.ts';
import { row } from '../consumer.ts';
import { type Event, isSaid, KINDS, messageOf, PEOPLE, START } from './events.ts';
import { type Invocation, openStage, type Stage } from './stage.ts';

const event: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom(...KINDS, 'half', 'address'),
  person: fc.nat(PEOPLE - 1),
  isTwice: fc.nat(3).map((number) => number === 0),
});

const trouble = fc.record({
  atCall: fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(14) }),
  isExecuted: fc.boolean(),
  ends: fc.constantFrom('throws' as const, 'dies' as const),
});
const invocation: fc.Arbitrary<Invocation> = fc.record({
  kind: fc.constantFrom(
    ...(['consume', 'consume', 'consume', 'dead letters', 'dead letters', 'cron'] as const),
  ),
  atMost: fc.integer({ min: 1, max: 6 }),
  trouble: fc.option(trouble, { nil: undefined, freq: 1 }),
  isQueueDown: fc.nat(5).map((number) => number === 0),
});
type Step =
  | { kind: 'arrive'; count: number }
  | { kind: 'invoke'; invocations: Invocation[] }
  | { kind: 'weather'; hubspot: boolean; datafast: boolean }
  | { kind: 'pass'; seconds: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('arrive'), count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('invoke'),
      invocations: fc.array(invocation, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('weather'),
      hubspot: fc.boolean(),
      datafast: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass'), seconds: fc.constantFrom(1, 31, 200, 1000) }),
  },
);

async function play(stage: Stage, events: readonly Event[], steps: readonly Step[]) {
  const { consumer } = stage;
  const messages = events.map((one, index) => ({ one, signup: messageOf(stage, one, index) }));
  const left = messages.flatMap(({ one, signup }) => (one.isTwice ? [signup, signup] : [signup]));
  for (const one of steps) {
    if (one.kind === 'arrive') stage.send(...left.splice(0, one.count));
    else if (one.kind === 'pass') stage.pass(one.seconds * 1000);
    else if (one.kind === 'invoke') await stage.invoke(...one.invocations);
    else {
      consumer.world.hubspot.failWith(one.hubspot ? { status: 503 } : undefined);
      consumer.world.datafast.failWith(one.datafast ? { status: 503 } : undefined);
    }
  }
  stage.send(...left);
  await stage.calm();
  return messages;
}

it('a person whose address any event says is a contact, in any order and whatever breaks on the way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 5 }),
      fc.array(step, { minLength: 3, maxLength: 16 }),
      fc.nat(),
      async (events, steps, seed) => {
        const chance = createChance(`any order ${seed}`);
        const pick = (limit: number) => Math.floor(chance() * limit);
        // A hundred attempts as in wrangler.toml would only take longer.
        const stage = await openStage(START, { pick, attempts: 1 + pick(2) });
        const messages = await play(stage, events, steps);
        const signups = messages.filter(({ signup }) => !signup.completing);
        const complete = signups.filter(({ one }) => isSaid(events, one));
        // What Whence gave up on waits for the operator. Nothing else may wait for what is known.
        for (const one of await statusesOf(complete)) {
          expect(['delivered', 'failed'], JSON.stringify(one)).toContain(one.status);
        }
        if ((await stage.replayFailed()) > 0) await stage.calm();
        const unfinished = (await statusesOf(complete)).filter(
          ({ status }) => status !== 'delivered',
        );
        expect(unfinished).toEqual([]);
        const lost = (await statusesOf(signups)).filter(({ status }) => status === undefined);
        expect(lost).toEqual([]);
        expectContacts(stage, signups, new Set(complete.map(({ one }) => one.person)));
        expect(await leftOver()).toEqual({ trials: 0, waits: 0 });
      },
    ),
    { numRuns: RUNS, interruptAfterTimeLimit: 500_000 },
  );
}, 600_000);

const RUNS = Number(import.meta.env.VITE_RUNS ?? 30);

interface Sent {
  one: Event;
  signup: Signup;
}

const statusesOf = (signups: readonly Sent[]) =>
  Promise.all(
    signups.map(async ({ signup: { id } }) => {
      const { status, deliveries = [] } = (await row(id)) ?? {};
      return { id, status, reason: deliveries[0]?.reason };
    }),
  );

function expectContacts(
  { consumer }: Stage,
  signups: readonly Sent[],
  people: ReadonlySet<number>,
): void {
  for (const person of people) {
    const own = signups.filter(({ one }) => one.person === person);
    const contact = consumer.world.hubspot.contact(`person.${person}@example.com`)?.properties;
    expect(own.map(({ signup }) => signup.visitorId)).toContain(contact?.datafast_visitor_id);
    expect(contact?.datafast_channel).not.toBe('Unknown');
  }
  const emails = consumer.world.hubspot.contacts().map(({ properties }) => properties.email);
  expect(new Set(emails).size).toBe(emails.length);
}

const leftOver = () =>
  env.LEDGER.prepare(
    `SELECT (SELECT count(*) FROM trials) AS trials,
            (SELECT count(*) FROM waits JOIN signups ON id = signup_id WHERE status = 'delivered') AS waits`,
  ).first();
