// A test starts with an empty queue, whatever the test before left there.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { readSignup } from '../src/ledger/query.ts';
import { endTest, messagesOfThisTest, startTest, testNumber, track } from './test-border.ts';
import { createWorld, send, somebody } from './world.ts';

const sentAt = (ms: number) => {
  const messages = [{ id: '1', timestamp: new Date(ms), attempts: 1, body: {} }];
  return createMessageBatch('whence-signups', messages);
};

describe('the border between two tests', () => {
  it('drops the messages of the test before, for good', async () => {
    await endTest();
    const between = sentAt(Date.now());
    expect(messagesOfThisTest(between.messages)).toEqual([]);
    startTest();
    const before = sentAt(Date.now() - 60_000);
    expect(messagesOfThisTest(before.messages)).toEqual([]);
    const { explicitAcks, retryMessages } = await getQueueResult(before, createExecutionContext());
    expect([explicitAcks, retryMessages]).toEqual([['1'], []]);
    expect(messagesOfThisTest(sentAt(Date.now() + 1).messages)).toHaveLength(1);
  });

  it('drops them where a test has replaced the clock, too', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 86_400_000 });
    startTest();
    vi.useRealTimers();
    expect(messagesOfThisTest(sentAt(Date.now() - 60_000).messages)).toEqual([]);
  });

  it('waits for what is in progress, whether it ends well or badly', async () => {
    const ended: string[] = [];
    const delivery = Promise.withResolvers<void>();
    const broken = Promise.withResolvers<void>();
    void track(delivery.promise).then(() => ended.push('delivery'));
    track(broken.promise).catch(() => ended.push('broken'));
    const next = endTest().then(() => ended.push('next test'));
    broken.reject(new Error('The network is away.'));
    delivery.resolve();
    await next;
    expect(ended.toSorted()).toEqual(['broken', 'delivery', 'next test']);
    expect(ended.at(-1)).toBe('next test');
  });

  it('is crossed by every world, which then delivers its own signups', async () => {
    await createWorld();
    const first = testNumber();
    const left = somebody();
    await send('signup', left);
    const world = await createWorld();
    expect(testNumber()).toBe(first + 1);
    const own = somebody();
    const { id } = await (await send('signup', own)).json<{ id: string }>();
    await vi.waitUntil(async () => (await readSignup(env.LEDGER, id))?.status === 'delivered', {
      timeout: 10_000,
    });
    expect(world.hubspot.contacts().map(({ properties }) => properties.email)).toEqual([own.email]);
  });
});
