// Every figure that the documentation states is measured and generated, or it is a fact with a place.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlayedDays } from '../../lab/day/figures.ts';
import { fitting } from '../../lab/day/limits.ts';
import { readKept } from '../../lab/figures/kept.ts';
import { figureTexts, shownValue, withFigures } from '../../scripts/figure-marks.ts';
import { figureSections } from '../../scripts/figures-docs.ts';
import { FREE_SIGNUPS_PER_DAY } from '../../src/limits.ts';
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

describe('what the code says of the Free plan', () => {
  const { young, large } = PlayedDays.parse(readKept().get('plan')?.counted);

  it.each(Object.entries({ young, large }))('fits a day with a %s ledger', (_, day) => {
    expect(fitting(day.counted, day.signups).signups).toBeGreaterThanOrEqual(FREE_SIGNUPS_PER_DAY);
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

  it.each(OF_OTHERS)('names an address: $says', ({ page }) => {
    expect(new URL(page).protocol).toBe('https:');
  });
});

describe('a marked number', () => {
  const texts = new Map([
    ['batch.cpuMs', '9.6'],
    ['ledger.freeSignups', '82,000'],
  ]);

  it.each([
    ['10.0<!-- batch.cpuMs --> ms', '9.6<!-- batch.cpuMs --> ms'],
    ['(10<!-- batch.cpuMs --> ms)', '(9.6<!-- batch.cpuMs --> ms)'],
    ['| about 1<!-- ledger.freeSignups --> |', '| about 82,000<!-- ledger.freeSignups --> |'],
    ['3 of 1<!-- batch.cpuMs --> and 2', '3 of 9.6<!-- batch.cpuMs --> and 2'],
    ['<!-- plan -->', '<!-- plan -->'],
  ])('is written again, and nothing beside it: %s', (text, written) => {
    expect(withFigures(text, texts)).toBe(written);
    expect(withFigures(written, texts)).toBe(written);
  });

  it('needs a figure of that name', () => {
    expect(() => withFigures('7<!-- batch.cpu -->', texts)).toThrow('batch.cpu');
  });
});

describe('a value is shown with as many digits as say something', () => {
  it.each([
    [{ value: 10, unit: 'ms' }, '10.0'],
    [{ value: 0.857, unit: '' }, '0.86'],
    [{ value: 0.9, unit: 'ms' }, '0.9'],
    [{ value: 9.374, unit: 'ms' }, '9.4'],
    [{ value: 103.4, unit: 'ms' }, '103'],
    [{ value: 40, unit: '' }, '40'],
    [{ value: 5000, unit: '' }, '5,000'],
    [{ value: 0, unit: '%' }, '0'],
    [{ value: 98.1, unit: '%' }, '98.1'],
    [{ value: 100, unit: '%' }, '100'],
  ])('%o', (figure, shown) => {
    expect(shownValue(figure)).toBe(shown);
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
    'It has 6,055 bytes.',
    'It is 2.5 times as fast.',
    'It is 3× faster.',
    'It costs $5 a month.',
    '537 people were played.',
    'The run lasts 204 s.',
    'It needs about 90 seconds.',
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
    'The last signups arrive within eight minutes.',
    'A signup is tried 100 times.',
    'It speaks of three requests and two signups.',
    'Chapter 7 says so, HTTP/2 requests too.',
  ])('is not: %s', (text) => {
    expect(measuredIn(writtenByHand(text))).toEqual([]);
  });
});
