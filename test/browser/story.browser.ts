// The page of a signup, and what an operator does with it.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cast, describeDashboard, openStory, PERSON, rows } from './dashboard.ts';

const ERASED = 'organic.search@example.com';

describeDashboard('the page of a signup', { people: cast }, ({ asOperator }) => {
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
        await page.getByText('about that person is erased').waitFor();
        await page.goto(`/?q=${ERASED}`);
        assert.equal(await rows(page).count(), 0);
      },
      { javaScriptEnabled: false },
    );
  });
});
