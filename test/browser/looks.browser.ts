// Every page at three widths, light and dark: accessible, nothing cut off, usable with the keyboard alone. Each picture is kept in
// dist/screenshots.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { keepScreenshot, PHONE, TABLET, WIDE } from './browser.ts';
import { describeDashboard, everybody, openStory, PERSON } from './dashboard.ts';

/** With everything that a question can have: chips, comparison, the other touch, another tab, and what is folded. */
const EVERYTHING =
  '/?days=90&compare=previous&touch=converting&by=landing_page&every=week&source=clerk&match=matched';

async function openEverything(page: Page): Promise<void> {
  await page.goto(EVERYTHING);
  for (const summary of await page.locator('summary').all()) await summary.click();
}

const PAGES: readonly [name: string, go: (page: Page) => Promise<unknown>][] = [
  ['overview', (page) => page.goto('/')],
  ['overview-with-everything', openEverything],
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

/** Half a minute on each check, because it is long. Its width changes little, and its colours are the same in all. */
const checkedOnce = (name: string) => name === 'reference';

describeDashboard('the looks', { people: everybody }, ({ asOperator }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries({ phone: PHONE, tablet: TABLET, wide: WIDE })) {
      it(`is accessible and fits in ${colorScheme} on a ${size} screen`, async () => {
        await asOperator(
          async (page) => {
            for (const [name, go] of PAGES) {
              await go(page);
              const hasChart = name.startsWith('overview');
              if (hasChart) await page.locator('#chart[data-drawn]').waitFor();
              await keepScreenshot(page, `${name}-${size}-${colorScheme}`);
              const overflow = await page.evaluate(
                'document.documentElement.scrollWidth - innerWidth',
              );
              assert.ok(Number(overflow) <= 0, `${name} is ${overflow} px too wide`);
              if (checkedOnce(name) && size !== 'wide') continue;
              const { violations } = await new AxeBuilder({ page }).analyze();
              const found = violations.map(
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

  it('can be used with the keyboard alone, with a visible focus', async () => {
    await asOperator(async (page) => {
      const reached = new Set<string>();
      for (let presses = 0; presses < 150; presses += 1) {
        await page.keyboard.press('Tab');
        // After the last link, the browser's own controls get the focus.
        if (await page.evaluate('document.activeElement === document.body')) continue;
        const focus = await page.evaluate(
          `(() => { const e = document.activeElement; const s = getComputedStyle(e);
            return [e.name || e.id || e.textContent.trim(), s.outlineStyle !== 'none' || e.matches('input, select')]; })()`,
        );
        assert.ok(Array.isArray(focus));
        assert.equal(focus[1], true, `the focus on ${focus[0]} is not visible`);
        reached.add(String(focus[0]));
      }
      const goals = ['Log out', '7 days', 'Period before', 'Converting touch', 'Week', 'chart'];
      goals.push('Campaign', 'Paid Search', 'Download as CSV', 'q', 'status', 'source', 'Filter');
      for (const goal of [...goals, PERSON]) assert.ok(reached.has(goal), `${goal} is not reached`);
    });
  });
});
