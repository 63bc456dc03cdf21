// The dashboard under test: a Chromium, the real Worker with its stand-ins, and people of the demo who have signed up.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, describe } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { arrive } from '../../demo/arrive.ts';
import { createHistory } from '../../demo/history.ts';
import { createPersonas, type Persona } from '../../demo/personas.ts';
import { signUp } from '../../demo/sign-up.ts';
import { DEMO_SOURCES, openStage, type Stage } from '../../demo/stage.ts';
import { type Browser, chromiumPath, launch, openSession, type Visit, visit } from './browser.ts';

const NOTICE =
  'There is no Chromium: install one, or name it in CHROMIUM_PATH, to run the browser tests.';
if (!chromiumPath) console.log(NOTICE);

const ROOT = resolve(import.meta.dirname, '../..');

export interface Dashboard {
  stage(): Stage;
  /** A browser of its own, logged in unless `storageState` says otherwise. */
  open(options?: BrowserContextOptions): Promise<Visit>;
  /** On the first page, as the operator. Afterwards the console must have no error. */
  asOperator(use: (page: Page) => Promise<void>, options?: BrowserContextOptions): Promise<void>;
}

/** `people`: who has signed up. `waits`: until all of them have arrived. */
export function describeDashboard(
  title: string,
  { people, waits = true }: { people: (now: Date) => readonly Persona[]; waits?: boolean },
  define: (dashboard: Dashboard) => void,
): void {
  describe(title, { skip: chromiumPath ? false : NOTICE }, () => {
    let stage: Stage;
    let browser: Browser;
    let storageState: Awaited<ReturnType<typeof openSession>>;
    before(async () => {
      stage = await openStage(ROOT, DEMO_SOURCES);
      browser = await launch();
      storageState = await openSession(browser, stage.url.origin, stage.adminToken);
      const { ids } = await signUp(stage, people(new Date()));
      if (waits) assert.equal(await arrive(stage, ids), 0, 'some have not arrived');
    });
    after(async () => {
      await browser?.close();
      await stage?.close();
    });
    const open: Dashboard['open'] = (options) =>
      visit(browser, { baseURL: stage.url.origin, storageState, ...options });
    define({
      stage: () => stage,
      open,
      async asOperator(use, options) {
        const { page, consoleErrors, close } = await open(options);
        await page.goto('/');
        await use(page);
        assert.deepEqual(consoleErrors, []);
        await close();
      },
    });
  });
}

/** A person of the demo. No test erases them. */
export const PERSON = 'paid.search@example.com';

/** Each with another way to sign up. */
export const cast = createPersonas;
/** Those, and the demo's last month. */
export const everybody = (now: Date) => [...createHistory(now), ...createPersonas(now)];

export const rows = (page: Page) => page.locator('.signups tbody tr');

export async function openStory(page: Page, email: string): Promise<void> {
  await page.goto(`/?q=${email}`);
  await page.getByRole('link', { name: email }).first().click();
  await page.getByRole('heading', { level: 1, name: email }).waitFor();
}
