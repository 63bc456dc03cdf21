// The tests of the Worker run in workerd, on real KV, D1 and queues. The tests of the commands run in Node, as the commands
// do. The services outside are stand-ins.
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Made up for the tests. The stand-ins and the official SDKs get the same. */
const secrets = {
  DATAFAST_API_KEY: 'df_test_key',
  HUBSPOT_TOKEN: 'pat-test-token',
  ADMIN_TOKEN: 'test-admin-token-of-32-characters-or-more',
  STRIPE_WEBHOOK_SECRET: 'whsec_c3RyaXBlLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz',
  CLERK_WEBHOOK_SECRET: 'whsec_Y2xlcmstdGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMh',
  SIGNUP_WEBHOOK_SECRET: 'whsec_c2lnbnVwLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz',
};

const { TEST_SEED } = process.env;

const IN_NODE = ['test/cli/**/*.test.ts', 'test/docs/**/*.test.ts'];

export default defineConfig({
  test: {
    // A new order in every run. `TEST_SEED=<the printed seed> npm test` repeats it.
    sequence: {
      shuffle: { files: true, tests: true },
      ...(TEST_SEED && { seed: Number(TEST_SEED) }),
    },
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './test/worker-under-test.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              // The default from 2026-11-17 on. test/request-signal.test.ts says what it changes.
              compatibilityFlags: ['enable_request_signal'],
              bindings: { ...secrets, MIGRATIONS: await readD1Migrations('migrations') },
              // Batches close at once: tests wait for a result, never for a timer.
              queueConsumers: {
                'whence-signups': { maxBatchSize: 40, maxBatchTimeout: 0.05, maxRetries: 100 },
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: IN_NODE,
          // One workerd for all files is five times as fast as one for each. `createWorld` keeps tests apart.
          isolate: false,
          // Long, because a busy machine must not look like a failure.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'cli',
          include: IN_NODE,
          environment: 'node',
          // Long, because these tests start programs: Node, wrangler, the Worker.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
