// A real Chromium for the tests of the dashboard. It collects every error on the console of a page.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where packages of the system install it. Playwright's own downloads are not needed. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const chromiumPath = [process.env.CHROMIUM_PATH ?? '', ...PLACES].find(
  (path) => path !== '' && existsSync(path),
);

/** The tests need no network, GPU or profile. For root, Chromium has no sandbox. */
const FLAGS = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export function launch() {
  return chromium.launch({ executablePath: chromiumPath, args: FLAGS });
}
export type Browser = Awaited<ReturnType<typeof launch>>;

export const PHONE = { width: 360, height: 740 };
export const TABLET = { width: 768, height: 1024 };
export const WIDE = { width: 1440, height: 900 };

export interface Visit {
  page: Page;
  /** Script errors, refused loads and violations of the policy, as the console shows them. */
  consoleErrors: string[];
  close(): Promise<void>;
}

export async function visit(
  browser: Browser,
  options: BrowserContextOptions & { baseURL: string },
): Promise<Visit> {
  const context = await browser.newContext({
    // With the server's zone, no page is loaded twice to say which one it is.
    ...{ viewport: WIDE, locale: 'en-GB', timezoneId: 'UTC' },
    ...options,
  });
  const page = await context.newPage();
  const consoleErrors: string[] = [];
  page.on('pageerror', ({ message }) => consoleErrors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(message.text());
  });
  return { page, consoleErrors, close: () => context.close() };
}

export async function logIn(page: Page, token: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('ADMIN_TOKEN').fill(token);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => url.pathname === '/');
}

/** A session: what a browser keeps after the login. */
export async function openSession(browser: Browser, baseURL: string, token: string) {
  const { page, close } = await visit(browser, { baseURL });
  await logIn(page, token);
  const session = await page.context().storageState();
  await close();
  return session;
}

const screenshots = resolve(import.meta.dirname, '../../dist/screenshots');

/** Git ignores the folder; CI keeps it. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}
