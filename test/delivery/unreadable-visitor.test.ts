// A visitor whose answer cannot be read: the contact arrives without it, others are not held up, and the refresh asks again.
import { beforeEach, expect, it } from 'vitest';
import { oversized } from '../../stand-ins/failures.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const tooLarge = () => oversized(2 * 1024 * 1024, { declaresLength: false }).failure;
let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(Date.parse('2026-11-23T09:00:00.000Z'));
});

it('a visitor that is too large to be read holds up its contact for three tries at most', async () => {
  const person = consumer.signup({ visitorId: consumer.world.visitor() });
  consumer.world.datafast.failWith(tooLarge());
  for (const status of ['waiting', 'waiting', 'delivered']) {
    await consumer.run([person]);
    expect(await row(person.id)).toMatchObject({ status });
    consumer.nowMs += 10 * 60_000;
  }
  const known = await row(person.id);
  expect(known).toMatchObject({ match: 'rejected_by_datafast' });
  expect(known?.refreshAt).not.toBeNull();
});

it('a visitor that is too large holds up nobody else', async () => {
  consumer.world.datafast.failWith(tooLarge());
  const people = Array.from({ length: 6 }, () =>
    consumer.signup({ visitorId: consumer.world.visitor() }),
  );
  await consumer.run(people);
  consumer.world.datafast.failWith(undefined);
  const good = consumer.signup({ visitorId: consumer.world.visitor() });
  await consumer.run([good]);
  expect(await row(good.id)).toMatchObject({ status: 'delivered', match: 'matched' });
});
