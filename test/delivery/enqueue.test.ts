// How messages are cut into batches that the queue takes.
import { describe, expect, it } from 'vitest';
import { queueBatches } from '../../src/delivery/enqueue.ts';

describe('the batches of messages for the queue', () => {
  it('stay within the limits of the queue, however long the texts are', () => {
    const messages = Array.from({ length: 250 }, () => ({
      body: { referrer: '漢'.repeat(1_900) },
    }));
    const batches = queueBatches(messages);
    expect(batches.flat()).toHaveLength(250);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(100);
      const bytes = new TextEncoder().encode(JSON.stringify(batch)).length;
      expect(bytes).toBeLessThan(256_000);
    }
    expect(batches.length).toBeGreaterThan(3);
  });
});
