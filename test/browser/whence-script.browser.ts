// whence.js on somebody's site, in a real Chromium: checkout links, forms, the first referrer, and nothing without the cookie.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Browser, chromiumPath, launch, visit } from './browser.ts';

const NOTICE = 'There is no Chromium.';
const SCRIPT = readFileSync(
  join(resolve(import.meta.dirname, '../..'), 'dist/assets/static/whence.js'),
);
const VISITOR = '0b0f3a52-1c2d-4e5f-8a9b-0c1d2e3f4a5b';

/** Clicks go nowhere; what they would have opened stands in the link. */
const PAGE = `<!doctype html><title>A site</title>
<script src="/whence.js" defer></script>
<script>addEventListener('click', (event) => event.preventDefault());</script>
<a id="stripe" href="https://buy.stripe.com/test_1?prefilled_email=a%40b.c">Stripe</a>
<a id="own" href="https://buy.stripe.com/test_1?client_reference_id=mine">Own</a>
<a id="lemon" href="https://acme.lemonsqueezy.com/buy/1">Lemon Squeezy</a>
<a id="creem" href="https://www.creem.io/payment/prod_1">Creem</a>
<a id="polar" href="https://buy.polar.sh/polar_cl_1">Polar</a>
<a id="other" href="https://notstripe.example/buy">Other</a>
<form id="marked" data-whence action="/signup"><button>Sign up</button></form>
<form id="unmarked" action="/signup"><button>Search</button></form>`;

describe('whence.js', { skip: chromiumPath ? false : NOTICE }, () => {
  let browser: Browser;
  let server: Server;
  let origin = '';
  before(async () => {
    browser = await launch();
    server = createServer(({ url }, response) => {
      const isScript = url === '/whence.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? SCRIPT : PAGE);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function onSite(hasCookie: boolean, referer?: string) {
    const opened = await visit(browser, { baseURL: origin });
    const { page } = opened;
    if (hasCookie) {
      await page
        .context()
        .addCookies([{ name: 'datafast_visitor_id', value: VISITOR, url: origin }]);
    }
    await page.goto('/', { referer });
    const hrefOf = async (id: string) => {
      await page.click(`#${id}`);
      return new URL((await page.getAttribute(`#${id}`, 'href')) ?? '').searchParams;
    };
    /** What a form would send. A text, because the types of Node know no page. */
    const sent = (form: string) =>
      page.evaluate<Record<string, string>>(`{
        const form = document.querySelector('#${form}');
        form.addEventListener('submit', (event) => event.preventDefault());
        form.requestSubmit();
        Object.fromEntries(new FormData(form));
      }`);
    return { ...opened, hrefOf, sent };
  }

  it('has at most 1 KB, gzipped', () => {
    assert.ok(gzipSync(SCRIPT).length <= 1024);
  });

  it('puts the visitor ID onto checkout links, and leaves what is there', async () => {
    const { hrefOf, consoleErrors, close } = await onSite(true);
    const stripe = await hrefOf('stripe');
    assert.equal(stripe.get('client_reference_id'), VISITOR);
    assert.equal(stripe.get('prefilled_email'), 'a@b.c');
    assert.equal((await hrefOf('own')).get('client_reference_id'), 'mine');
    const lemon = await hrefOf('lemon');
    assert.equal(lemon.get('checkout[custom][datafast_visitor_id]'), VISITOR);
    assert.equal((await hrefOf('creem')).get('metadata[datafast_visitor_id]'), VISITOR);
    assert.equal((await hrefOf('polar')).get('reference_id'), VISITOR);
    assert.equal([...(await hrefOf('other'))].length, 0);
    assert.deepEqual(consoleErrors, []);
    await close();
  });

  it('fills marked forms with the visitor ID and the first referrer', async () => {
    const { page, sent, close } = await onSite(true, 'https://news.example/article');
    assert.deepEqual(await sent('marked'), {
      datafast_visitor_id: VISITOR,
      datafast_referrer: 'https://news.example/article',
    });
    assert.deepEqual(await sent('unmarked'), {});
    await page.goto('/', { referer: 'https://later.example/' });
    const again = await sent('marked');
    assert.equal(again.datafast_referrer, 'https://news.example/article');
    await close();
  });

  it('without the cookie adds nothing and stores nothing', async () => {
    const { page, hrefOf, sent, close } = await onSite(false, 'https://news.example/article');
    assert.equal((await hrefOf('stripe')).get('client_reference_id'), null);
    assert.deepEqual(await sent('marked'), {});
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await close();
  });
});
