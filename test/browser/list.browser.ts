// The list of signups: search, filters, what arrives meanwhile, and replays of what is selected.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cast, describeDashboard, rows } from './dashboard.ts';

// They arrive while the first test looks.
describeDashboard('the list of signups', { people: cast, waits: false }, ({ asOperator }) => {
  it('lists every signup as it arrives, without a reload', async () => {
    await asOperator(async (page) => {
      // The page without any signup is another page, which the first signup replaces.
      await rows(page).first().waitFor({ timeout: 60_000 });
      await page.evaluate('window.sameDocument = true');
      await rows(page).filter({ hasText: 'Delivered' }).nth(12).waitFor({ timeout: 60_000 });
      await rows(page).nth(14).waitFor({ timeout: 60_000 });
      assert.equal(await page.evaluate('window.sameDocument'), true);
      assert.equal(await rows(page).count(), 15);
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

  it('asks as rarely as the newest page said, also after an answer that nothing is new', async () => {
    await asOperator(async (page) => {
      await page.clock.install();
      await page.addInitScript(
        'window.asked = 0; const send = fetch; window.fetch = (...of) => { asked += 1; return send(...of); };',
      );
      await page.reload();
      let answers = 0;
      await page.route('/', async (route) => {
        answers += 1;
        if (answers > 1) return route.fulfill({ status: 304 });
        const response = await route.fetch();
        const slow = (await response.text()).replace(
          /refresh-seconds="\d+"/,
          'refresh-seconds="90"',
        );
        await route.fulfill({ response, body: slow });
      });
      const first = Number(await page.locator('body').getAttribute('data-refresh-seconds'));
      for (const [before, seconds] of [first, 90, 90].entries()) {
        await page.clock.runFor((seconds - 1) * 1000);
        assert.equal(await page.evaluate('asked'), before);
        await page.evaluate("document.querySelector('.freshness').textContent = ''");
        await page.clock.runFor(1000);
        await page.getByText(/^Updated/).waitFor();
        assert.equal(await page.evaluate('asked'), before + 1);
      }
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
});
