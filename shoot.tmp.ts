import { readFileSync, mkdirSync } from 'node:fs';
import { chromium } from '/work/wt/dashboard/node_modules/playwright-core/index.mjs';
const [,, url, token] = process.argv;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
mkdirSync('/tmp/shots',{recursive:true});
for (const colorScheme of ['light','dark'] as const) for (const width of [360,768,1440]) {
  const ctx = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await ctx.newPage();
  page.on('console', m => ['error','warning'].includes(m.type()) && console.log(m.type(), m.text()));
  page.on('pageerror', e => console.log('pageerror', e.message));
  await page.goto(url + '/signups/x');
  const shot = async (n: string) => { const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth); if (over>0) console.log(n,width,'overflows',over); await page.screenshot({ path: `/tmp/shots/${n}-${width}-${colorScheme}.png`, fullPage: true }); };
  await shot('login');
  await page.goto(url + '/login'); 
  await page.fill('#token', token); await page.click('text=Log in >> nth=-1'); await page.waitForURL(url + '/');
  await page.waitForSelector('[data-drawn]'); await shot('overview');
  await Promise.all([page.waitForURL('**/signups/**'), page.click('text=paid.search@example.com')]); await page.waitForLoadState(); await page.waitForSelector('h1'); await shot('story');
  await Promise.all([page.waitForURL('**/preview'), page.click('text=Preview')]); await page.waitForLoadState(); await shot('preview');
  await page.goBack(); await page.waitForLoadState(); await Promise.all([page.waitForURL('**/erase'), page.click('text=Erase')]); await page.waitForLoadState(); await shot('erase');
  await page.goto(url + '/?q=no.cookie'); await Promise.all([page.waitForURL('**/signups/**'), page.click('text=no.cookie@example.com')]); await page.waitForLoadState(); await shot('story-nocookie');
  await ctx.close();
}
await browser.close();
