// The settings of the webhook: where events may go, which fields leave, and which signups make an event.
import { describe, expect, it } from 'vitest';
import { isOn, openForDelivery } from '../../../src/destinations/index.ts';
import { fieldsFrom } from '../../../src/destinations/webhook/fields.ts';
import { webhook } from '../../../src/destinations/webhook/webhook.ts';
import { conditionsFrom, type Subject } from '../../../src/destinations/webhook/when.ts';
import { readConfig } from '../../../src/settings/config.ts';

const SECRET = 'whsec_d2ViaG9vay10ZXN0LXNlY3JldC1vZi0zMi1ieXRlcyE=';
const read = (env: Record<string, string>) =>
  readConfig(
    { DATAFAST_API_KEY: 'df_x', ADMIN_TOKEN: 'a'.repeat(32), ...env },
    { sources: [], destinations: [webhook] },
  );
const problemsOf = (env: Record<string, string>) =>
  read(env).problems.filter(({ key }) => key.startsWith('WEBHOOK_') || key.startsWith('<DEST'));
const urlProblem = (url: string) =>
  problemsOf({ WEBHOOK_URL: url, WEBHOOK_SECRET: SECRET }).map(({ problem }) => problem);

describe('the address of a receiver', () => {
  it.each([
    'https://example.com/hook',
    'https://example.com/hook?token=a&b=c',
    'https://example.com:8443/hook',
    'https://8.8.8.8/hook',
    'https://[2606:4700::1111]/hook',
    'http://localhost:3000/hook',
    'https://localhost/hook',
    'http://127.0.0.1:3000/',
    'http://[::1]:3000/',
  ])('may be %s', (url) => {
    expect(urlProblem(url)).toEqual([]);
  });

  it.each([
    'http://example.com/hook',
    'ftp://example.com/hook',
    'example.com/hook',
    'https://user:password@example.com/',
    'https://10.0.0.1/',
    'https://0x0a000001/',
    'https://167772161/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://127.0.0.2/',
    'https://0.0.0.0/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://intranet/',
    'https://printer.local/',
    'https://a.internal./',
    'http://192.168.1.1/',
    'http://localhost.example.com/',
  ])('may not be %s', (url) => {
    expect(urlProblem(url)).toHaveLength(1);
  });

  it('is told without the address, which may be a secret', () => {
    for (const { problem, fix } of problemsOf({ WEBHOOK_URL: 'http://secret.example/abc' })) {
      expect(problem + fix).not.toContain('secret.example');
    }
  });
});

describe('the secret', () => {
  it('is needed, and the problem says by what', () => {
    const env = { WEBHOOK_URL: 'https://example.com/' };
    expect(problemsOf(env)).toMatchObject([
      { key: 'WEBHOOK_SECRET', problem: 'is not set, and WEBHOOK_URL needs it' },
    ]);
    expect(isOn(webhook, read(env).values)).toBe(false);
    expect(isOn(webhook, read({ ...env, WEBHOOK_SECRET: SECRET }).values)).toBe(true);
  });

  it.each([
    'https://hooks.slack.com/services/T0/B0/x',
    'https://discord.com/api/webhooks/1/x',
    'https://prod-1.westeurope.logic.azure.com/workflows/x?sig=y',
  ])('is not needed for a chat: %s', (url) => {
    expect(problemsOf({ WEBHOOK_URL: url })).toEqual([]);
    expect(isOn(webhook, read({ WEBHOOK_URL: url }).values)).toBe(true);
  });

  it.each([`${SECRET} ${SECRET}`, `${SECRET}\n${SECRET}`])(
    'may be two while it is rotated',
    (two) => {
      expect(problemsOf({ WEBHOOK_URL: 'https://example.com/', WEBHOOK_SECRET: two })).toEqual([]);
    },
  );

  it.each(['secret', 'whsec_', 'whsec_c2hvcnQ=', `${SECRET} secret`])('is not %s', (secret) => {
    const env = { WEBHOOK_URL: 'https://example.com/', WEBHOOK_SECRET: secret };
    expect(problemsOf(env)).toMatchObject([{ key: 'WEBHOOK_SECRET', problem: 'is not valid' }]);
  });
});

const names = (text?: string) => {
  const chosen = fieldsFrom(text);
  return 'fields' in chosen ? chosen.fields.map(({ property }) => property) : chosen.problem;
};

describe('the fields that leave', () => {
  it('are by default all but those that say who somebody is', () => {
    const byDefault = names();
    expect(byDefault).toContain('datafast_channel');
    expect(byDefault).toContain('datafast_lead_score');
    for (const personal of [
      'email',
      'name',
      'company',
      'user_id',
      'datafast_visitor_id',
      'datafast_click_id',
    ]) {
      expect(byDefault).not.toContain(personal);
    }
  });

  it('are those that are named, with or without datafast_, in the order of the table', () => {
    expect(names('datafast_source, channel email')).toEqual([
      'email',
      'datafast_channel',
      'datafast_source',
    ]);
    expect(names('default,email')).toEqual(['email', ...names()]);
  });

  it.each([
    ['emial', 'names “emial”, which is no field; the nearest one is email'],
    [
      'datafast_chanel',
      'names “datafast_chanel”, which is no field; the nearest one is datafast_channel',
    ],
    [',', 'names no field'],
  ])('are none when a name is wrong: %s', (text, problem) => {
    expect(names(text)).toBe(problem);
  });
});

const subject = (more: Partial<Subject> = {}): Subject => ({
  match: 'matched',
  channel: 'Paid Search',
  source: 'Google',
  prediction: { score: 70, confidence: 0.6, expectedValue: 12 },
  ...more,
});
const holds = (condition: unknown, given = subject()) => {
  const parsed = conditionsFrom(JSON.stringify(condition));
  return 'condition' in parsed ? parsed.condition(given) : parsed.problem;
};

describe('the condition', () => {
  it.each([
    [{ score: '>=70' }, true],
    [{ score: '>70' }, false],
    [{ score: 70 }, true],
    [{ score: 71 }, false],
    [{ score: '<= 70' }, true],
    [{ score: '=70' }, true],
    [{ score: '>=70', confidence: '>=0.5' }, true],
    [{ score: '>=70', confidence: '>=0.7' }, false],
    [{ expected_value: '>10' }, true],
    [{ channel: 'Paid Search' }, true],
    [{ channel: 'paid search' }, true],
    [{ channel: ['Direct', 'Paid Search'] }, true],
    [{ channel: ['Direct'] }, false],
    [{ match: 'matched', source: 'google' }, true],
    [{ match: ['bot', 'not_found'] }, false],
    [[{ score: '>=90' }, { channel: 'Paid Search' }], true],
    [[{ score: '>=90' }, { channel: 'Email' }], false],
  ])('%j of a paid search with score 70: %s', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('on a score that is not known does not hold', () => {
    const customer = subject({ prediction: undefined });
    expect(holds({ score: '>=0' }, customer)).toBe(false);
    expect(holds({ score: '<100' }, customer)).toBe(false);
  });

  it('sees a person without a visitor as Unknown', () => {
    const nobody = subject({ match: 'no_visitor_id', channel: undefined, source: undefined });
    expect(holds({ channel: 'Unknown' }, nobody)).toBe(true);
    expect(holds({ source: 'Google' }, nobody)).toBe(false);
  });

  it.each([
    ['{"score":">=70"', 'is not JSON: it ends too early'],
    ['{"scor":">=70"}', 'has “scor”, which is no key; the nearest one is score'],
    ['{"score":"high"}', 'has a score that is no comparison such as ">=70"'],
    ['{"score":"=>70"}', 'has a score that is no comparison such as ">=70"'],
    ['{"score":null}', 'has a score that is no comparison such as ">=70"'],
    [
      '[{"score":">1"},{"channel":"Payd Search"}]',
      'has the channel “Payd Search” at [1], which there is not; the nearest one is Paid Search',
    ],
    ['{"channel":[]}', 'has no channel in its list'],
    ['{"match":7}', 'has a match that is no text'],
    ['{}', 'has an empty condition'],
    ['[]', 'is an empty list, so that no signup makes an event'],
    ['"score"', 'is no JSON object'],
    [
      '{"__proto__":1}',
      'has “__proto__”, which is no key; it may hold score, confidence, expected_value, channel, match, source',
    ],
  ])('%s is refused by name', (text, problem) => {
    expect(conditionsFrom(text)).toEqual({ problem });
  });
});

describe('a webhook whose fields or condition are wrong', () => {
  it.each([
    ['WEBHOOK_FIELDS', 'emial'],
    ['WEBHOOK_WHEN', '{"score":"high"}'],
  ])('%s: signups wait for the operator instead of leaving', async (name, value) => {
    const config = read({
      WEBHOOK_URL: 'https://example.com/',
      WEBHOOK_SECRET: SECRET,
      [name]: value,
    });
    expect(config.problems.map(({ key }) => key)).toContain(name);
    const [opened] = openForDelivery(
      config.values,
      new Map(),
      { fetch, now: () => 0, begun: config.begunDestinations },
      [webhook],
    );
    expect(opened).toMatchObject({ name: 'webhook', key: 'signup', follows: true, fields: [] });
    expect(config.problems.filter(({ key }) => key.startsWith('WEBHOOK'))).toHaveLength(1);
  });
});
