// The first page is one question: each link changes a part of it, and the address keeps all of it. Links and forms work
// without a script as well.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import type { Page } from 'playwright-core';
import { describeDashboard, everybody, rows } from './dashboard.ts';

/** As it stands in the address. */
const asked = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);
const current = (page: Page, nav: string) =>
  page.getByRole('navigation', { name: nav }).locator('[aria-current]');
/** Until the new page says that this is chosen. */
async function choose(page: Page, nav: string, name: string): Promise<void> {
  await page.getByRole('navigation', { name: nav }).getByRole('link', { name }).click();
  await current(page, nav).filter({ hasText: name }).waitFor();
}
const people = async (page: Page) =>
  Number(await page.locator('#tiles .tile', { hasText: 'People' }).locator('b').textContent());
const chips = (page: Page) => page.getByRole('list', { name: 'Filters' });
const brought = (page: Page) => page.locator('#brought-by tbody tr');

describeDashboard('the question of the first page', { people: everybody }, ({ asOperator }) => {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with a script' : 'without a script';
    const inBrowser = (use: (page: Page) => Promise<void>) => () =>
      asOperator(use, { javaScriptEnabled });

    it(
      `changes the period by a preset, and keeps the rest of the question, ${how}`,
      inBrowser(async (page) => {
        const ofAMonth = await people(page);
        await choose(page, 'Compared with', 'Period before');
        await choose(page, 'Period', '7 days');
        assert.deepEqual(asked(page), { compare: 'previous', days: '7' });
        assert.equal(await current(page, 'Period').textContent(), '7 days');
        assert.ok((await people(page)) < ofAMonth);
        for (const [name, query] of [
          ['90 days', { days: '90' }],
          ['This month', { period: 'month' }],
          ['This year', { period: 'year' }],
          ['30 days', {}],
        ] as const) {
          await choose(page, 'Period', name);
          assert.deepEqual(asked(page), { compare: 'previous', ...query });
          assert.equal(await current(page, 'Period').textContent(), name);
        }
        assert.equal(await people(page), ofAMonth);
      }),
    );

    it(
      `takes a period of the viewer’s own, ${how}`,
      inBrowser(async (page) => {
        await choose(page, 'What counts as the origin', 'Converting touch');
        const day = await page.locator('#by-day tbody tr').nth(-3).getAttribute('data-day');
        await page.locator('.menu > summary').click();
        await page.getByLabel('From', { exact: true }).fill(day ?? '');
        await page.getByLabel('To', { exact: true }).fill(day ?? '');
        await page.getByRole('button', { name: 'Show' }).click();
        await page.waitForURL(/from=/);
        assert.deepEqual(asked(page), { touch: 'converting', from: day, to: day });
        assert.equal(await page.locator('#by-day tbody tr').count(), 1);
        assert.equal(await current(page, 'Period').count(), 0);
      }),
    );

    it(
      `compares with the period before, and with the year before, ${how}`,
      inBrowser(async (page) => {
        await choose(page, 'Period', '7 days');
        assert.equal(await page.locator('#tiles .change').count(), 0);
        await choose(page, 'Compared with', 'Period before');
        assert.match((await page.locator('#brought-by thead').textContent()) ?? '', /Change/);
        const before = page.locator('#tiles .change').first();
        assert.match((await before.textContent()) ?? '', /(up|down) by\d+\s?%/);
        await choose(page, 'Compared with', 'Year before');
        assert.deepEqual(asked(page), { days: '7', compare: 'year' });
        const moved = page.locator('#tiles .change').first();
        assert.match((await moved.textContent()) ?? '', /new/);
        await choose(page, 'Compared with', 'No comparison');
        assert.deepEqual(asked(page), { days: '7' });
      }),
    );

    it(
      `counts by the first touch or by the converting one, ${how}`,
      inBrowser(async (page) => {
        const all = await people(page);
        await choose(page, 'What counts as the origin', 'Converting touch');
        assert.deepEqual(asked(page), { touch: 'converting' });
        assert.equal(await people(page), all);
        assert.equal(await brought(page).filter({ hasText: 'Not known' }).count(), 1);
        assert.equal(await page.getByText('No visitor', { exact: true }).count(), 0);
        await choose(page, 'What counts as the origin', 'First touch');
        assert.deepEqual(asked(page), {});
      }),
    );

    it(
      `filters everything by a click on a row, shows it as a chip, and leads back, ${how}`,
      inBrowser(async (page) => {
        const all = await people(page);
        const row = brought(page).filter({ hasText: 'Paid Search' });
        const count = Number(await row.locator('.number').first().textContent());
        await row.getByRole('link').click();
        await page.waitForURL(/channel=Paid/);
        assert.equal(await people(page), count);
        assert.equal(await brought(page).count(), 1);
        const channels = await rows(page).locator('td:nth-of-type(3)').allTextContents();
        assert.deepEqual([...new Set(channels)], ['Paid Search']);
        await choose(page, 'Told apart by', 'Campaign');
        await brought(page).getByRole('link', { name: 'brand-eu' }).click();
        await page.waitForURL(/campaign=brand-eu/);
        const both = { channel: 'Paid Search', campaign: 'brand-eu', by: 'campaign' };
        assert.deepEqual(asked(page), both);
        assert.match((await chips(page).textContent()) ?? '', /Paid Search.*brand-eu/s);
        await page.goBack();
        await page.waitForURL((url) => !url.searchParams.has('campaign'));
        assert.equal(await people(page), count);
        await page.goForward();
        await chips(page).getByRole('link', { name: 'Remove the filter Channel' }).click();
        await page.waitForURL((url) => !url.searchParams.has('channel'));
        assert.deepEqual(asked(page), { campaign: 'brand-eu', by: 'campaign' });
        await chips(page).getByRole('link').click();
        await page.waitForURL((url) => !url.searchParams.has('campaign'));
        assert.equal(await people(page), all);
      }),
    );

    it(
      `removes all filters at once, ${how}`,
      inBrowser(async (page) => {
        await page.goto('/?days=90&channel=Paid+Search&source=clerk&country=DE');
        assert.equal(await chips(page).getByRole('listitem').count(), 4);
        await chips(page).getByRole('link', { name: 'Remove all' }).click();
        await page.waitForURL((url) => url.searchParams.size === 1);
        assert.deepEqual(asked(page), { days: '90' });
      }),
    );

    it(
      `tells people apart by each tab, and folds a long tail, ${how}`,
      inBrowser(async (page) => {
        const all = await people(page);
        for (const tab of [
          'Source',
          'Campaign',
          'Landing page',
          'Country',
          'Partner',
          'Provider',
        ]) {
          await choose(page, 'Told apart by', tab);
          const counts = page.locator('.breakdown tbody tr td:nth-of-type(1)');
          const sum = (await counts.allTextContents()).reduce(
            (whole, one) => whole + Number(one),
            0,
          );
          // A person may have signed up with two providers.
          assert.ok(tab === 'Provider' ? sum >= all : sum === all, `${tab}: ${sum} of ${all}`);
        }
        await choose(page, 'Told apart by', 'Landing page');
        const tail = page.locator('#brought-by-more');
        assert.equal(await tail.isVisible(), false);
        await page.locator('#breakdown summary').click();
        assert.equal(await tail.isVisible(), true);
        assert.equal(await brought(page).count(), 10);
      }),
    );

    it(
      `divides the period into days, weeks or months, ${how}`,
      inBrowser(async (page) => {
        await choose(page, 'Each column is a', 'Week');
        await page.waitForURL(/every=week/);
        const weeks = await page.locator('#by-day tbody tr').count();
        assert.ok(weeks === 5 || weeks === 6, `${weeks} weeks`);
        await choose(page, 'Each column is a', 'Month');
        await page.waitForURL(/every=month/);
        const sums = await page.locator('#by-day tbody td:last-child').allTextContents();
        const all = sums.reduce((whole, one) => whole + Number(one), 0);
        assert.equal(all, await people(page));
      }),
    );

    it(
      `downloads the list and a breakdown as they are shown, ${how}`,
      inBrowser(async (page) => {
        await page.goto('/?channel=Paid+Search&by=country');
        const links = page.getByRole('link', { name: 'Download as CSV' });
        const linesOf = async (index: number) => {
          const coming = page.waitForEvent('download');
          await links.nth(index).click();
          const file = readFileSync(await (await coming).path(), 'utf8');
          return file.trim().split(/\r?\n/);
        };
        const breakdown = await linesOf(0);
        assert.equal(breakdown.length - 1, await page.locator('.breakdown tbody tr').count());
        const count = await brought(page).first().locator('.number').first().textContent();
        assert.equal(breakdown[1]?.split(',')[1], count);
        assert.ok((await linesOf(1)).length - 1 >= (await people(page)));
      }),
    );
  }

  it('keeps the viewer’s zone in a cookie, so that days are theirs, and the address stays as it was', async () => {
    await asOperator(
      async (page) => {
        await page.goto('/?days=7#list');
        await page.locator('body[data-zone="Pacific/Kiritimati"]').waitFor();
        assert.deepEqual(asked(page), { days: '7' });
        const cookie = (await page.context().cookies()).find(({ name }) => name === 'zone');
        assert.equal(cookie?.value, 'Pacific/Kiritimati');
        assert.equal(cookie?.httpOnly, true);
        const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Kiritimati' });
        const last = page.locator('#by-day tbody tr').last();
        assert.equal(await last.getAttribute('data-day'), day.format(new Date()));
      },
      { timezoneId: 'Pacific/Kiritimati' },
    );
  });
});
