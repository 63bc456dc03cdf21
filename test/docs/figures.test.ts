// Every figure that the documentation states is measured and generated, or it is a fact with a place.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKept } from '../../lab/figures/kept.ts';
import { figureTexts, withFigures } from '../../scripts/figure-marks.ts';
import { figureSections } from '../../scripts/figures-docs.ts';
import { OF_OTHERS, OF_WHENCE } from './facts.ts';
import { measuredIn, writtenByHand } from './measured.ts';
import { pages as all, ROOT } from './pages.ts';

/** The changelog says how it was. */
const pages = all.filter(({ path }) => path !== 'CHANGELOG.md');
const facts = [...OF_OTHERS, ...OF_WHENCE];

/** Without what is known to be a fact. */
const withoutFacts = (prose: string) =>
  facts.reduce((rest, { says }) => rest.replaceAll(says, 'a fact'), prose);

describe.each(pages)('$path', ({ text }) => {
  it('states no measured figure by hand: mark it, or list it with its place in test/docs/facts.ts', () => {
    expect(measuredIn(withoutFacts(writtenByHand(text)))).toEqual([]);
  });

  it('shows marked figures as they were measured; else: npm run docs', () => {
    expect(withFigures(text, figureTexts())).toBe(text);
  });
});

describe('docs/figures.md', () => {
  it('has everything that was measured; else: npm run docs', () => {
    const page = all.find(({ path }) => path === 'docs/figures.md')?.text ?? '';
    const [, shown] = /<!-- figures -->\n([\s\S]*?)\n<!-- \/figures -->/.exec(page) ?? [];
    expect(shown).toBe(figureSections());
  });
});

describe('a kept figure', () => {
  it.each([...readKept()])('of %s is named once, with its command and its day', (_, kept) => {
    const ids = kept.figures.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(kept.command).toMatch(/^npm run [a-z:]+/);
    expect(Date.parse(kept.measuredOn)).toBeLessThanOrEqual(Date.now());
  });
});

describe('a fact that needs no mark', () => {
  const prose = pages.map(({ text }) => writtenByHand(text)).join(' ');

  it.each(facts)('is in the documentation: $says', ({ says }) => {
    expect(prose.includes(says)).toBe(true);
    expect(measuredIn(says)).not.toEqual([]);
  });

  it.each(OF_WHENCE)('is set where it says: $says', ({ file, has }) => {
    const path = join(ROOT, file);
    expect(existsSync(path) && readFileSync(path, 'utf8')).toContain(has);
  });

  it.each(OF_OTHERS)('is on a page of its owner: $says', ({ page }) => {
    expect(new URL(page).protocol).toBe('https:');
  });
});

describe('what looks measured', () => {
  it.each([
    'A webhook costs 0.9 ms of CPU.',
    'The Worker is 195 KiB large.',
    'The upload has 1.2MB.',
    '99.1 % are right.',
    'Attributing costs 10–15 µs a visitor.',
    'A signup costs 3.6 queue operations.',
    'It makes 2 HubSpot requests.',
    'About 2,760 signups fit.',
    'The plan takes 86,400 a day.',
    'Setup takes about two minutes.',
    'It took 54 s.',
    'It arrives after 1.1 s.',
    'The page is there in 46 ms.',
    'It installs in 12 s.',
    '5,500 tests run.',
    'Both take one to two minutes.',
    '**12 ms**',
    '| 12 ms |',
  ])('is found: %s', (text) => {
    expect(measuredIn(writtenByHand(text))).toHaveLength(1);
  });

  it.each([
    'Cron runs every five minutes, and a token lives for 7 days.',
    'It waits 30 s, then 5 min.',
    'It needs Node 20.12 or newer.',
    'On 2026-11-26, version 0.2.0 came.',
    'See RFC 9110, section 15.5.',
    '1. Requests come in. 2. Signups go out.',
    'It answers 429 and 503.',
    'It is 0.9<!-- accept.cpuMs --> ms.',
    '`wrangler d1 --limit 20 rows`',
    '```sh\nhead -c 20 MB\n```',
    '<!-- plan -->\n| 90 % |\n<!-- /plan -->',
    'Within 15 minutes an alert is told.',
    'It speaks of three requests and two signups.',
    'Chapter 7 says so, HTTP/2 requests too.',
  ])('is not: %s', (text) => {
    expect(measuredIn(writtenByHand(text))).toEqual([]);
  });
});
