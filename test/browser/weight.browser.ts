// How much a browser loads: every byte counts on a phone. The stage does not compress; Cloudflare does, so the bodies are
// compressed here as its edge does.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { KEEPS, keepFigures } from '../../lab/figures/kept.ts';
import { describeDashboard, everybody } from './dashboard.ts';

const COLD_BYTES = 80_000;
const WARM_BYTES = 15_000;

interface Loaded {
  path: string;
  bytes: number;
}

/** What the page loads from the network until the chart is drawn, compressed, headers not counted. */
async function load(page: Page, go: () => Promise<unknown>): Promise<Loaded[]> {
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  const answers = new Map<string, { path: string; isCached: boolean }>();
  const loaded: Promise<Loaded>[] = [];
  network.on('Network.responseReceived', ({ requestId, response }) => {
    // A file that has not changed is asked for, and answered without a body.
    const isCached = response.fromDiskCache === true || response.status === 304;
    answers.set(requestId, { path: new URL(response.url).pathname, isCached });
  });
  network.on('Network.requestServedFromCache', ({ requestId }) => answers.delete(requestId));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const answer = answers.get(requestId);
    // Not what stands in the style sheet itself.
    if (!answer?.path.startsWith('/') || answer.isCached) return;
    loaded.push(
      network
        .send('Network.getResponseBody', { requestId })
        .then(({ body, base64Encoded }) =>
          gzipSync(Buffer.from(body, base64Encoded ? 'base64' : 'utf8')),
        )
        // A body that was not kept is none.
        .then(({ length }) => ({ path: answer.path, bytes: Math.min(length, encodedDataLength) })),
    );
  });
  await go();
  await page.locator('#chart[data-drawn]').waitFor();
  await page.waitForLoadState('networkidle');
  const all = await Promise.all(loaded);
  await network.detach();
  return all;
}

const sumOf = (all: readonly Loaded[]) => all.reduce((sum, { bytes }) => sum + bytes, 0);
const list = (all: readonly Loaded[]) =>
  all.map(({ path, bytes }) => `${path} ${bytes}`).join(', ');

function keep(coldBytes: number, warmBytes: number): void {
  const figure = (id: string, name: string, bytes: number, most: number) => ({
    ...{ id, name, unit: 'KB', value: bytes / 1000, target: { atMost: most / 1000 } },
  });
  keepFigures('weight', {
    title: 'What a browser loads for the first page',
    command: 'npm run test:browser',
    figures: [
      figure('coldKB', 'the first time', coldBytes, COLD_BYTES),
      figure('warmKB', 'again', warmBytes, WARM_BYTES),
    ],
    notes: ['A month with 160 people, compressed as Cloudflare’s edge does.'],
  });
}

describeDashboard('the weight of the first page', { people: everybody }, ({ open }) => {
  it('is at most 80 KB the first time, and 15 KB again, of a month with 160 people', async () => {
    const { page, close } = await open();
    const cold = await load(page, () => page.goto('/'));
    const warm = await load(page, () => page.goto('/?days=30'));
    console.log(`cold ${sumOf(cold)}: ${list(cold)}\nwarm ${sumOf(warm)}: ${list(warm)}`);
    assert.ok(
      cold.some(({ path }) => path.startsWith('/static/hashed/')),
      list(cold),
    );
    assert.ok(sumOf(cold) <= COLD_BYTES, list(cold));
    assert.ok(sumOf(warm) <= WARM_BYTES, list(warm));
    if (process.env[KEEPS]) keep(sumOf(cold), sumOf(warm));
    await close();
  });

  it('lets browsers keep what never changes, and the page itself nowhere', async () => {
    const { page, close } = await open();
    const headers = new Map<string, string>();
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname.replace(/-[A-Z0-9]+\.js$/, '-*.js');
      headers.set(path, response.headers()['cache-control'] ?? '');
    });
    await page.goto('/');
    await page.locator('#chart[data-drawn]').waitFor();
    assert.equal(headers.get('/'), 'no-store');
    assert.match(headers.get('/static/hashed/chart-*.js') ?? '', /max-age=31536000, immutable/);
    assert.match(headers.get('/static/dashboard.css') ?? '', /must-revalidate/);
    await close();
  });
});
