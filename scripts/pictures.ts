// `npm run pictures`: the pictures of README and docs, taken from the demo by a real Chromium. CHROMIUM_PATH names it where
// it is in no usual place. `-- --all <folder>` takes every page instead, in three widths, light and dark.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { arrive } from '../demo/arrive.ts';
import { createHistory } from '../demo/history.ts';
import { createPersonas } from '../demo/personas.ts';
import { signUp } from '../demo/sign-up.ts';
import { DEMO_SOURCES, openStage } from '../demo/stage.ts';
import { launch, openSession, visit } from '../test/browser/browser.ts';

const ROOT = resolve(import.meta.dirname, '..');
const QUALITY = 0.85;
const WIDTHS = { phone: 390, tablet: 768, wide: 1280 };

/** `height`: how much of the page the picture shows. */
const PICTURES: readonly { name: string; height: number; go(page: Page): Promise<unknown> }[] = [
  {
    name: 'dashboard',
    height: 1_100,
    go: async (page) => {
      await page.goto('/');
      await page.locator('#chart[data-drawn]').waitFor();
    },
  },
  { name: 'story', height: 1_000, go: openStory },
  { name: 'doctor', height: 800, go: (page) => page.goto('/doctor') },
];

const now = new Date();
const people = [...createHistory(now), ...createPersonas(now)];

/** Somebody who came by an ad, signed up in the app, and paid. */
async function openStory(page: Page): Promise<void> {
  const person = people.find(
    ({ about, webhooks: [first, payment] }) =>
      about === 'Paid Search' && first?.source === 'clerk' && payment !== undefined,
  );
  const email = person?.webhooks[0]?.signup.email ?? '';
  await page.goto(`/?q=${email}`);
  const href = await page.getByRole('link', { name: email }).last().getAttribute('href');
  await page.goto(new URL(href ?? '', page.url()).pathname);
  await page.getByRole('heading', { level: 1, name: email }).waitFor();
}

/** Less than half of a PNG. The browser makes it, so that no package is needed. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
  const url = await page.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', ${QUALITY});
  })()`);
  return Buffer.from(String(url).split(',')[1] ?? '', 'base64');
}

const stage = await openStage(ROOT, DEMO_SOURCES);
const browser = await launch();
try {
  const { ids } = await signUp(stage, people);
  const missing = await arrive(stage, ids);
  if (missing > 0) throw new Error(`${missing} signups have not arrived`);
  await stage.runCron();
  const baseURL = stage.url.origin;
  const storageState = await openSession(browser, baseURL, stage.adminToken);
  const [flag, folder] = process.argv.slice(2);
  if (flag === '--all' && folder !== undefined) await takeAll(folder);
  else await takePictures();

  /** Twice as sharp as the page, and only its upper part. */
  async function takePictures(): Promise<void> {
    const { page, close } = await visit(browser, {
      ...{ baseURL, storageState, colorScheme: 'light', deviceScaleFactor: 2 },
      viewport: { width: WIDTHS.wide, height: 900 },
    });
    for (const { name, height, go } of PICTURES) {
      await page.setViewportSize({ width: WIDTHS.wide, height });
      await go(page);
      await page.evaluate('document.fonts.ready');
      const path = join(ROOT, 'docs/images', `${name}.webp`);
      const png = await page.screenshot({ animations: 'disabled' });
      // The policy of our own pages allows no image from data.
      await page.goto('about:blank');
      writeFileSync(path, await toWebp(page, png));
      console.log(path);
    }
    await close();
  }

  async function takeAll(into: string): Promise<void> {
    mkdirSync(into, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [size, width] of Object.entries(WIDTHS)) {
        const viewport = { width, height: 900 };
        const { page, close } = await visit(browser, {
          ...{ baseURL, storageState, colorScheme, viewport },
        });
        for (const { name, go } of PICTURES) {
          await go(page);
          const path = join(into, `${name}-${size}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true });
        }
        await close();
      }
    }
  }
} finally {
  await browser.close();
  await stage.close();
}
// The servers of the stage may keep idle connections.
process.exit();
