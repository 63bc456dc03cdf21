// The Worker's tests run in workerd, on real KV, D1 and queues; those of the commands in Node, where operators run
// them. Services outside are those of stand-ins/.
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Made up for the tests; each is what the stand-ins and the official SDKs are given, too. */
const secrets = {
  DATAFAST_API_KEY: 'df_test_key',
  HUBSPOT_TOKEN: 'pat-test-token',
  ADMIN_TOKEN: 'test-admin-token-of-32-characters-or-more',
  STRIPE_WEBHOOK_SECRET: 'whsec_c3RyaXBlLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz',
  CLERK_WEBHOOK_SECRET: 'whsec_Y2xlcmstdGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMh',
  SIGNUP_WEBHOOK_SECRET: 'whsec_c2lnbnVwLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz',
};

const IN_NODE = 'test/cli/**/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: { ...secrets, MIGRATIONS: await readD1Migrations('migrations') },
              // Batches close at once: a test waits for what it wants to see, not for a timer.
              queueConsumers: {
                'whence-signups': { maxBatchSize: 40, maxBatchTimeout: 0.05, maxRetries: 100 },
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: [IN_NODE],
          // One workerd for all files: five times as fast as one each, and every test empties the storage it uses.
          isolate: false,
          // A busy machine is no failure.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'cli',
          include: [IN_NODE],
          environment: 'node',
          // These start programs: Node, wrangler, the Worker.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
