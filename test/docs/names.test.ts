// Names in the documentation are names of the code: settings, fields, routes, and pages that the code speaks of.
import { describe, expect, it } from 'vitest';
import { allSettings, registry } from '../../src/cli/registry.ts';
import { destinations } from '../../src/destinations/index.ts';
import { findReason } from '../../src/health/all-reasons.ts';
import { operations } from '../../src/web/reference/operations.ts';
import { pages } from './pages.ts';

/** Names that are no setting of the Worker: of the commands, of the tests, of examples, of others. */
const VARIABLES = [
  ...['WHENCE', 'WHENCE_URL', 'WHENCE_NAME', 'WHENCE_SOURCES', 'WHENCE_SAMPLE', 'TEST_SEED'],
  ...['UPGRADE_FROM', 'XDG_CONFIG_HOME', 'APPDATA', 'CI', 'CLOUDFLARE_API_TOKEN'],
  ...['CLOUDFLARE_ACCOUNT_ID', 'SHOWN_HERE', 'LEDGER_2', 'LEDGER_3'],
  ...['INITIAL_PURCHASE', 'NON_RENEWING_PURCHASE'],
];
const BINDINGS = ['VISITORS', 'SIGNUPS', 'DEAD_LETTERS', 'LEDGER', 'ASSETS'];

/** Routes of others, and the place of all of ours. */
const ROUTES = ['/api', '/api/v2/prompts/signup/partials'];

const settings = allSettings(registry).map(({ name }) => name);
const fields = destinations.flatMap((one) => one.fields.map(({ property }) => property));

const inlineCode = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

const current = pages.filter(({ path }) => path !== 'CHANGELOG.md');

describe.each(current)('$path', ({ text }) => {
  it('names only settings that there are', () => {
    const named = inlineCode(text).flatMap(
      (code) => code.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? [],
    );
    const unknown = [...new Set(named)].filter(
      (name) => ![...settings, ...VARIABLES, ...BINDINGS].includes(name),
    );
    expect(unknown).toEqual([]);
  });

  it('names only fields that there are', () => {
    const named = text.match(/\bdatafast_[a-z_]+[a-z]\b/g) ?? [];
    const unknown = [...new Set(named)].filter(
      (name) => !fields.includes(name) && !findReason(name),
    );
    expect(unknown).toEqual([]);
  });

  it('names only routes of the API that there are', () => {
    const routes = operations.map(
      (operation) => new RegExp(`^${operation.path.replace(/\{\w+\}|:\w+/g, '[^/]+')}$`),
    );
    const named = [
      ...text.matchAll(/(?<![\w.:>-])(\/(?:api|webhooks|health)(?:\/[\w:<>{}.@%-]+)*)/g),
    ].map(([, route = '']) => route.replace(/[.:]$/, ''));
    const unknown = [...new Set(named)].filter(
      (route) => !ROUTES.includes(route) && !routes.some((known) => known.test(route)),
    );
    expect(unknown).toEqual([]);
  });
});
