// `npm run test:browser`: the dashboard in a real Chromium, with the real Worker, its stand-ins and the demo's people.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { createPersonas } from '../../demo/personas.ts';
import { signUp } from '../../demo/sign-up.ts';
import { openStage, type Stage } from '../../demo/stage.ts';
import {
  type Browser,
  chromiumPath,
  keepScreenshot,
  launch,
  logIn,
  openSession,
  PHONE,
  TABLET,
  visit,
  WIDE,
} from './browser.ts';

const NOTICE =
  'There is no Chromium: install one, or name it in CHROMIUM_PATH, to run the browser tests.';
if (!chromiumPath) console.log(NOTICE);

/** A person of the demo. No test erases them. */
const PERSON = 'paid.search@example.com';
const ERASED = 'organic.search@example.com';

describe('the dashboard in a browser', { skip: chromiumPath ? false : NOTICE }, () => {
  let stage: Stage;
  let browser: Browser;
  let session: Awaited<ReturnType<typeof openSession>>;
  before(async () => {
    stage = await openStage(resolve(import.meta.dirname, '../..'));
    browser = await launch();
    session = await openSession(browser, stage.url.origin, stage.adminToken);
    await signUp(stage, createPersonas(new Date()));
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  type Options = Omit<Parameters<typeof visit>[1], 'baseURL'>;
  /** As the operator, logged in. Afterwards the console must have no error. */
  async function asOperator(use: (page: Page) => Promise<void>, options: Options = {}) {
    const { page, consoleErrors, close } = await visit(browser, {
      baseURL: stage.url.origin,
      storageState: session,
      ...options,
    });
    await page.goto('/');
    await use(page);
    assert.deepEqual(consoleErrors, []);
    await close();
  }
  const rows = (page: Page) => page.locator('.signups tbody tr');
  const openStory = async (page: Page, email: string) => {
    await page.goto(`/?q=${email}`);
    await page.getByRole('link', { name: email }).first().click();
    await page.getByRole('heading', { level: 1, name: email }).waitFor();
  };

  it('refuses a wrong token, accepts the right one, and ends the session at logout', async () => {
    const { page, close } = await visit(browser, { baseURL: stage.url.origin });
    await page.goto('/');
    await page.waitForURL('**/login');
    await page.getByLabel('ADMIN_TOKEN').fill('not the token');
    await page.keyboard.press('Enter');
    assert.match((await page.getByRole('alert').textContent()) ?? '', /not the ADMIN_TOKEN/);
    await logIn(page, stage.adminToken);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL('**/login');
    await page.goto('/');
    await page.waitForURL('**/login');
    await close();
  });

  it('lists every signup as it arrives, without a reload', async () => {
    await asOperator(async (page) => {
      // The page without any signup is another page, which the first signup replaces.
      await rows(page).first().waitFor({ timeout: 60_000 });
      await page.evaluate('window.sameDocument = true');
      await rows(page).filter({ hasText: 'Delivered' }).nth(12).waitFor({ timeout: 60_000 });
      assert.equal(await page.evaluate('window.sameDocument'), true);
      assert.equal(await rows(page).count(), 15);
    });
  });

  it('draws signups by channel, and shows the same as a table', async () => {
    await asOperator(async (page) => {
      await page.locator('#chart[data-drawn]').waitFor();
      const isPainted = await page.evaluate(
        `(() => { const c = document.querySelector('#chart');
          return new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer).some(Boolean); })()`,
      );
      assert.equal(isPainted, true);
      await page.getByText('The figures as a table').click();
      const header = page.getByRole('columnheader', { name: 'Organic Social' });
      assert.equal(await header.count(), 1);
    });
  });

  it('filters and searches with a form', async () => {
    await asOperator(async (page) => {
      await page.getByLabel('Match').selectOption('bot');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.waitForURL(/match=bot/);
      assert.equal(await rows(page).count(), 1);
      await page.getByRole('link', { name: 'Show all' }).click();
      await page.getByRole('searchbox').fill('two.web');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=two\.web/);
      assert.equal(await rows(page).count(), 2);
    });
  });

  it('keeps what somebody types while the figures refresh', async () => {
    await asOperator(async (page) => {
      await page.clock.install();
      await page.reload();
      await page.getByRole('searchbox').fill('half an em');
      const refreshed = page.waitForResponse(
        (response) => new URL(response.url()).pathname === '/',
      );
      await page.clock.runFor(20_000);
      await refreshed;
      await page.getByText(/^Updated/).waitFor();
      assert.equal(await page.getByRole('searchbox').inputValue(), 'half an em');
      assert.equal(await page.evaluate('document.activeElement.name'), 'q');
    });
  });

  it('shows why a signup has its source, and why another has none', async () => {
    await asOperator(async (page) => {
      await openStory(page, PERSON);
      const answer = page.locator('.answer');
      assert.match((await answer.textContent()) ?? '', /Paid Search from Google.*utm_medium=cpc/s);
      const hubspot = page.locator('section.card', {
        has: page.getByRole('heading', { name: 'HubSpot' }),
      });
      // The values of the first destination are open, and those of the others folded.
      await hubspot.getByText('What was written').click();
      const property = hubspot.getByText('datafast_lead_score');
      assert.equal(await property.isVisible(), false);
      await hubspot.getByLabel('Show property names').check();
      assert.equal(await property.isVisible(), true);
      await openStory(page, 'no.cookie@example.com');
      assert.match((await answer.textContent()) ?? '', /carried no visitor ID.*Pass the cookie/s);
    });
  });

  it('shows times in the viewer’s zone, and in UTC as the tooltip', async () => {
    await asOperator(
      async (page) => {
        await openStory(page, PERSON);
        const time = page.locator('time').first();
        const utc = await time.getAttribute('datetime');
        const local = new Intl.DateTimeFormat('en-GB', {
          dateStyle: 'medium',
          timeStyle: 'short',
          timeZone: 'Asia/Tokyo',
        });
        assert.equal(await time.textContent(), local.format(new Date(utc ?? '')));
        assert.match((await time.getAttribute('title')) ?? '', /UTC$/);
      },
      { timezoneId: 'Asia/Tokyo' },
    );
  });

  it('replays with a button, and shows when it has arrived', async () => {
    await asOperator(async (page) => {
      await openStory(page, PERSON);
      await page.getByRole('button', { name: 'Replay' }).click();
      await page.getByRole('status').getByText('on the queue again').waitFor();
      await page.locator('.timeline .badge').nth(1).waitFor({ timeout: 30_000 });
      const hubspot = page.locator('.answer p', { hasText: 'HubSpot' });
      await hubspot.locator('.badge.delivered').waitFor();
    });
  });

  it('selects every signup of a page, keeps the choice while the figures refresh, and replays it', async () => {
    await asOperator(async (page) => {
      await page.goto('/?q=two.web');
      await page.clock.install();
      await page.reload();
      const button = page.getByRole('button', { name: /^Replay the/ });
      assert.equal(await button.isDisabled(), true);
      await page.getByLabel('Select two.webhooks@example.com').first().check();
      await page.clock.runFor(20_000);
      await page.getByText(/^Updated/).waitFor();
      assert.equal(await button.textContent(), 'Replay the 1 selected');
      await page.getByLabel('Select every signup of this page').check();
      await page.getByRole('button', { name: 'Replay the 2 selected' }).click();
      await page.getByRole('button', { name: 'Replay 2 signups' }).click();
      await page.getByRole('status').getByText('2 signups are on the queue again').waitFor();
      assert.match(page.url(), /q=two\.web/);
    });
  });

  it('leads from signup to signup within the list, and back to it', async () => {
    await asOperator(async (page) => {
      await page.goto('/?source=clerk');
      const emails = (await rows(page).locator('th').allTextContents()).map((text) => text.trim());
      await rows(page).nth(1).getByRole('link').click();
      await page.getByRole('link', { name: 'Older' }).click();
      await page.getByRole('heading', { level: 1, name: emails[2] }).waitFor();
      await page.getByRole('link', { name: 'Newer' }).click();
      await page.getByRole('heading', { level: 1, name: emails[1] }).waitFor();
      await page.getByRole('link', { name: 'All signups' }).click();
      await page.waitForURL(/source=clerk/);
    });
  });

  it('previews what would be written', async () => {
    await asOperator(async (page) => {
      await openStory(page, PERSON);
      await page.getByRole('link', { name: 'Preview' }).click();
      const hubspot = page.locator('section.card', {
        has: page.getByRole('heading', { name: 'HubSpot' }),
      });
      await hubspot.getByText('stay as they are').click();
      const row = hubspot
        .getByRole('row')
        .filter({ has: page.getByText('Channel', { exact: true }) });
      assert.match((await row.first().textContent()) ?? '', /Paid Search.*written once/);
    });
  });

  it('erases a person after asking, without a script', async () => {
    await asOperator(
      async (page) => {
        await openStory(page, ERASED);
        await page.getByRole('link', { name: 'Erase' }).click();
        await page.getByRole('button', { name: 'Erase for good' }).click();
        await page.getByRole('status').getByText('is erased').waitFor();
        await page.goto(`/?q=${ERASED}`);
        assert.equal(await rows(page).count(), 0);
      },
      { javaScriptEnabled: false },
    );
  });

  it('shows figures, times and every signup without a script', async () => {
    await asOperator(
      async (page) => {
        await page.getByText('The figures as a table').click();
        assert.equal(await page.locator('#by-day tbody tr').count(), 30);
        assert.equal(await page.locator('#chart').isVisible(), false);
        assert.match((await page.locator('.signups time').first().textContent()) ?? '', /UTC$/);
      },
      { javaScriptEnabled: false },
    );
  });

  it('can be used with the keyboard alone, with a visible focus', async () => {
    await asOperator(async (page) => {
      const reached = new Set<string>();
      for (let presses = 0; presses < 120; presses += 1) {
        await page.keyboard.press('Tab');
        // After the last link, the browser's own controls get the focus.
        if (await page.evaluate('document.activeElement === document.body')) continue;
        const focus = await page.evaluate(
          `(() => { const e = document.activeElement; const s = getComputedStyle(e);
            return [e.name || e.textContent.trim(), s.outlineStyle !== 'none' || e.matches('input, select')]; })()`,
        );
        assert.ok(Array.isArray(focus));
        assert.equal(focus[1], true, `the focus on ${focus[0]} is not visible`);
        reached.add(String(focus[0]));
      }
      for (const goal of ['Log out', '7 days', 'q', 'status', 'source', 'Filter', PERSON]) {
        assert.ok(reached.has(goal), `${goal} is not reached`);
      }
    });
  });

  const pages: [name: string, go: (page: Page) => Promise<unknown>][] = [
    ['overview', (page) => page.goto('/')],
    ['nothing-found', (page) => page.goto('/?q=nobody')],
    ['story', (page) => openStory(page, PERSON)],
    ['story-without-source', (page) => openStory(page, 'no.cookie@example.com')],
    [
      'preview',
      async (page) => {
        await openStory(page, PERSON);
        await page.getByRole('link', { name: 'Preview' }).click();
        await page.getByRole('heading', { name: 'Preview of' }).waitFor();
      },
    ],
    [
      'erase',
      async (page) => {
        await openStory(page, PERSON);
        await page.getByRole('link', { name: 'Erase' }).click();
        await page.getByRole('button', { name: 'Erase for good' }).waitFor();
      },
    ],
    ['replay', (page) => page.goto('/replay?status=delivered')],
    ['doctor', (page) => page.goto('/doctor')],
    ['reference', (page) => page.goto('/api/reference')],
    [
      'login',
      async (page) => {
        await page.context().clearCookies();
        await page.goto('/login');
      },
    ],
  ];
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries({ phone: PHONE, tablet: TABLET, wide: WIDE })) {
      it(`is accessible and fits in ${colorScheme} on a ${size} screen`, async () => {
        await asOperator(
          async (page) => {
            for (const [name, go] of pages) {
              await go(page);
              if (name === 'overview') await page.locator('#chart[data-drawn]').waitFor();
              await keepScreenshot(page, `${name}-${size}-${colorScheme}`);
              const overflow = await page.evaluate(
                'document.documentElement.scrollWidth - innerWidth',
              );
              assert.ok(Number(overflow) <= 0, `${name} is ${overflow} px too wide`);
              // Each check takes seconds, and half a minute for the reference. The tablet's pages are the wide ones with less room.
              if (size === 'tablet' || name === 'reference') continue;
              const { violations } = await new AxeBuilder({ page }).analyze();
              const serious = violations.filter(
                ({ impact }) => impact === 'serious' || impact === 'critical',
              );
              const found = serious.map(
                ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
              );
              assert.deepEqual(found, [], name);
            }
          },
          { colorScheme, viewport },
        );
      });
    }
  }

  it('is dark where the viewer prefers dark', async () => {
    const backgrounds: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await asOperator(
        async (page) =>
          void backgrounds.push(
            await page.evaluate('getComputedStyle(document.body).backgroundColor'),
          ),
        { colorScheme },
      );
    }
    assert.deepEqual(backgrounds, ['rgb(246, 247, 248)', 'rgb(18, 22, 26)']);
  });

  // It is the last one, because it closes the login for this machine.
  it('stops a client that guesses tokens', async () => {
    const { page, close } = await visit(browser, { baseURL: stage.url.origin });
    await page.goto('/login');
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await page.getByLabel('ADMIN_TOKEN').fill(`guess ${attempt}`);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('alert').waitFor();
    }
    assert.match((await page.getByRole('alert').textContent()) ?? '', /Too many wrong tokens/);
    await close();
  });
});
