// The chart: painted, with a table of the same figures, and usable by mouse and by keyboard.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Page } from 'playwright-core';
import { describeDashboard, everybody } from './dashboard.ts';

const chartOf = async (page: Page) => {
  const chart = page.locator('#chart');
  await page.locator('#chart[data-drawn]').waitFor();
  const box = await chart.boundingBox();
  assert.ok(box);
  return { chart, ...box };
};
const lastDay = (page: Page) => page.locator('#by-day tbody tr').last().getAttribute('data-day');
const heads = (page: Page) => page.locator('#by-day thead th').allTextContents();

/** Where the lowest coloured point of the canvas is, in its own pixels: a box of the legend. */
const LOWEST_COLOURED = `(() => {
  const canvas = document.querySelector('#chart');
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  for (let y = height - 1; y > height / 2; y -= 1) for (let x = 0; x < width; x += 1) {
    const [r, g, b, a] = data.slice((y * width + x) * 4);
    if (a === 255 && Math.max(r, g, b) - Math.min(r, g, b) > 80)
      return { x: (x + 3) * canvas.clientWidth / width, y: (y - 3) * canvas.clientHeight / height };
  }
})()`;

describeDashboard('the chart', { people: everybody }, ({ asOperator }) => {
  it('is painted, with at most six channels and the rest as one', async () => {
    await asOperator(async (page) => {
      await chartOf(page);
      assert.equal(await page.locator('#chart').getAttribute('data-drawn'), '7');
      assert.ok((await heads(page)).length > 8);
    });
  });

  it('has a table of the same figures, in which the sums are those of the tiles', async () => {
    await asOperator(async (page) => {
      await page.getByText('The figures as a table').click();
      const sums = await page.locator('#by-day tbody td:last-child').allTextContents();
      const tile = page.locator('#tiles .tile', { hasText: 'People' }).locator('b');
      const all = sums.reduce((whole, one) => whole + Number(one), 0);
      assert.equal(String(all), await tile.textContent());
      await page.locator('#by-day thead').getByRole('link', { name: 'Organic Social' }).click();
      await page.waitForURL(/channel=Organic/);
    });
  });

  it('shows only a day after a click on its column', async () => {
    await asOperator(async (page) => {
      const { chart, width, height } = await chartOf(page);
      const day = await lastDay(page);
      await chart.click({ position: { x: width - 8, y: height / 2 } });
      await page.waitForURL(/from=/);
      const { searchParams } = new URL(page.url());
      assert.deepEqual([searchParams.get('from'), searchParams.get('to')], [day, day]);
      assert.equal(await page.locator('#by-day tbody tr').count(), 1);
    });
  });

  it('shows only a channel after a click on it in the legend', async () => {
    await asOperator(async (page) => {
      const { chart } = await chartOf(page);
      const names = await heads(page);
      const position = await page.evaluate<{ x: number; y: number }>(LOWEST_COLOURED);
      await chart.click({ position });
      await page.waitForURL(/channel=/);
      const channel = new URL(page.url()).searchParams.get('channel') ?? '';
      assert.ok(names.includes(channel), channel);
    });
  });

  it('is walked through with the arrow keys, reads each column out, and opens it with Enter', async () => {
    await asOperator(async (page) => {
      const { chart } = await chartOf(page);
      const says = page.locator('#chart-says');
      const firstOf = (at: number) => page.locator('#by-day tbody tr').nth(at);
      await chart.focus();
      for (const at of [0, 1, 2]) {
        await page.keyboard.press('ArrowRight');
        const [day, ...counts] = await firstOf(at).locator('th, td').allTextContents();
        const spoken = (await says.textContent()) ?? '';
        assert.ok(spoken.startsWith(`${day}: ${counts.at(-1)}`), `${spoken}, not ${day}`);
        // As the table has it, where the channel is not one of the folded ones.
        const named = Number(/Paid Search (\d+)/.exec(spoken)?.[1] ?? 0);
        assert.equal(named, Number(counts[(await heads(page)).indexOf('Paid Search') - 1]));
      }
      await page.keyboard.press('ArrowLeft');
      const day = await firstOf(1).getAttribute('data-day');
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp(`from=${day}&to=${day}`));
    });
  });

  it('begins at the last column when the first key is to the left, and goes to either end', async () => {
    await asOperator(async (page) => {
      const { chart } = await chartOf(page);
      const dayAt = (at: number) => page.locator('#by-day tbody th').nth(at).textContent();
      const spoken = async () =>
        ((await page.locator('#chart-says').textContent()) ?? '').split(':')[0];
      await chart.focus();
      await page.keyboard.press('ArrowLeft');
      assert.equal(await spoken(), await dayAt(-1));
      await page.keyboard.press('Home');
      assert.equal(await spoken(), await dayAt(0));
      await page.keyboard.press('End');
      assert.equal(await spoken(), await dayAt(-1));
    });
  });

  it('is not there without a script, and its table is', async () => {
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
});
