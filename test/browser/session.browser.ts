// Login and logout, and how the pages follow what the viewer prefers.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { logIn } from './browser.ts';
import { describeDashboard } from './dashboard.ts';

const STRANGER = { storageState: { cookies: [], origins: [] } };

describeDashboard('a session', { people: () => [] }, ({ stage, open, asOperator }) => {
  it('refuses a wrong token, accepts the right one, and ends the session at logout', async () => {
    const { page, close } = await open(STRANGER);
    await page.goto('/');
    await page.waitForURL('**/login');
    await page.getByLabel('ADMIN_TOKEN').fill('not the token');
    await page.keyboard.press('Enter');
    assert.match((await page.getByRole('alert').textContent()) ?? '', /not the ADMIN_TOKEN/);
    await logIn(page, stage().adminToken);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL('**/login');
    await page.goto('/');
    await page.waitForURL('**/login');
    await close();
  });

  it('leads after the login to the page that was asked for', async () => {
    const { page, close } = await open(STRANGER);
    await page.goto('/doctor');
    await page.getByLabel('ADMIN_TOKEN').fill(stage().adminToken);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/doctor');
    await close();
  });

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
    const { page, close } = await open(STRANGER);
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
