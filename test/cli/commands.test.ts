// Every command at everything that can go wrong for its user: exit code and message. And flags that npm has taken.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSetupStage, type SetupStage } from '../../demo/setup-stage.ts';
import { whence } from '../../src/cli/program.ts';
import { swallowedFlags } from '../../src/cli/swallowed-flags.ts';
import {
  type Ended,
  NOWHERE,
  openProgram,
  ownEnvironment,
  type Program,
  ROOT,
  SOME_TOKEN,
} from './program.ts';

let program: Program;
let stage: SetupStage;
beforeAll(async () => {
  stage = await openSetupStage();
  program = openProgram();
  writeFileSync(join(program.folder, 'f.csv'), 'email,signed_up_at\nada@example.com,2026-10-01\n');
});
afterAll(async () => {
  program.close();
  await stage.close();
});

const STRIPE_SECRET = 'whsec_c3RyaXBlLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz';

/** `right`: arguments with which the command would do its work. `wrong`: a value that it cannot take. */
interface Row {
  right: readonly string[];
  wrong: readonly [args: readonly string[], message: string];
  /** What it says when the Worker does not answer. `works`: it asks no Worker. `later`: setup.test.ts runs it where no Worker answers. */
  workerDown: string | typeof WORKS | typeof LATER;
  /** What it says when the token or key that it uses is another one. `works`: it uses none. */
  wrongToken: string | typeof WORKS;
  /** Which service it waits for when Ctrl-C is pressed. `nothing`: it waits for none. */
  waitsFor: 'worker' | 'cloudflare' | 'hubspot' | 'nothing';
  env?: Readonly<Record<string, string>>;
  /** It answers without any network. */
  isOffline?: true;
}

const NOTHING_ANSWERS = `Nothing answers at ${NOWHERE}`;
const OTHER_TOKEN = 'ADMIN_TOKEN is not the one of this Worker.';
const WORKS = { works: true } as const;
const LATER = { later: true } as const;
const asksWorker = {
  workerDown: NOTHING_ANSWERS,
  wrongToken: OTHER_TOKEN,
  waitsFor: 'worker',
} as const;
const UNAUTHORIZED = { type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'No.' };
const CLOUDFLARE = 'CLOUDFLARE_API_BASE_URL';
const NO_PERMISSION = 'The Cloudflare token lacks a permission';

const COMMANDS: Readonly<Record<string, Row>> = {
  setup: {
    right: ['--yes'],
    wrong: [['--sources', 'stripe,clark'], 'Did you mean clerk?'],
    workerDown: LATER,
    wrongToken: NO_PERMISSION,
    waitsFor: 'cloudflare',
    env: { DATAFAST_API_KEY: 'df_key', HUBSPOT_TOKEN: 'pat-key' },
  },
  doctor: {
    right: [],
    wrong: [['--url', 'nonsense'], '--url: nonsense is not a URL.'],
    ...asksWorker,
  },
  alert: { right: [], wrong: [['now'], 'too many arguments'], ...asksWorker },
  send: {
    right: ['stripe'],
    wrong: [['strip'], 'Did you mean stripe?'],
    workerDown: NOTHING_ANSWERS,
    wrongToken: 'stripe was answered 401',
    waitsFor: 'worker',
    env: { STRIPE_WEBHOOK_SECRET: STRIPE_SECRET },
  },
  preview: {
    right: ['--email', 'ada@example.com'],
    wrong: [['--email', ''], 'It is empty'],
    ...asksWorker,
  },
  attribute: {
    right: ['utm_source=x'],
    wrong: [[''], 'The link is empty'],
    workerDown: WORKS,
    wrongToken: WORKS,
    waitsFor: 'nothing',
    isOffline: true,
  },
  replay: {
    right: ['stripe:evt_1'],
    wrong: [['--status', 'faild'], 'Did you mean failed?'],
    ...asksWorker,
  },
  recount: { right: [], wrong: [['now'], 'too many arguments'], ...asksWorker },
  backfill: {
    right: ['f.csv'],
    wrong: [['f.csv', '--rate', 'fast'], 'It is a number of rows a minute.'],
    ...asksWorker,
  },
  provision: {
    right: ['--yes'],
    wrong: [['now'], 'too many arguments'],
    workerDown: WORKS,
    wrongToken: 'HUBSPOT_TOKEN',
    waitsFor: 'hubspot',
    env: { HUBSPOT_TOKEN: 'pat-key', HUBSPOT_URL: NOWHERE },
  },
  destroy: {
    right: ['--yes', '--name', 'whence'],
    wrong: [['--yes'], '--yes needs --name'],
    workerDown: LATER,
    wrongToken: NO_PERMISSION,
    waitsFor: 'cloudflare',
  },
  erase: {
    right: ['ada@example.com', '--yes'],
    wrong: [['ada'], 'It is not an email address.'],
    ...asksWorker,
  },
};

const rows = Object.entries(COMMANDS).map(([name, row]) => ({ name, ...row }));

/** The output of a command that is not at a terminal has no colours. */
const expectNoColours = (text: string) => expect(stripVTControlCharacters(text)).toBe(text);

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('every command', () => {
  it('is listed by the program, and the README’s scripts are these', async () => {
    const { code, stdout, stderr } = await program.run(['--help']);
    for (const name of Object.keys(COMMANDS))
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const none = await program.run([]);
    expect(none).toMatchObject({ code: 2, stdout: '' });
    const unknown = await program.run(['docter']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^unknown command 'docter'\n\(Did you mean doctor\?\)/);
    const version = await program.run(['--version']);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each(rows)('$name --help: usage and examples to stdout, 0', async ({ name }) => {
    const { code, stdout, stderr } = await program.run([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: npm run ${name} `));
    expect(stdout).toMatch(/^Examples?:$/m);
    expect(stdout).toMatch(/^Ends with 0 /m);
    expect(stdout).not.toContain('default: []');
    expectNoColours(stdout);
  });

  it.each(rows)('$name: an unknown flag is named, 2', async ({ name, right }) => {
    const { code, stdout, stderr } = await program.run([name, ...right, '--frobnicate']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `unknown option '--frobnicate'\n\n\`npm run ${name} -- --help\` shows how to use it.\n`,
    );
  });

  it.each(rows)('$name: a wrong value is named, 2', async ({ name, wrong: [args, message] }) => {
    const { code, stdout, stderr } = await program.run([name, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(`\n\n\`npm run ${name} -- --help\` shows how to use it.\n`);
  });

  it.each(rows)('$name without a network: says what cannot be reached, 1', async (row) => {
    const { name, right, env, isOffline } = row;
    const { code, stdout, stderr } = await program.run([name, ...right], {
      ...env,
      ...{ CLOUDFLARE_API_BASE_URL: NOWHERE, CLOUDFLARE_API_TOKEN: 'a-token' },
    });
    if (isOffline) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    else {
      expect(`${stdout}${stderr}`).toMatch(/Nothing answers|cannot be reached|answered nothing/);
      expect(code).toBe(1);
    }
    expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
    expectNoColours(`${stdout}${stderr}`);
  });

  it.each(rows.filter(({ workerDown }) => workerDown !== LATER))(
    '$name when the Worker is down: 1, and 0 where none is asked',
    async ({ name, right, env, workerDown }) => {
      const { code, stdout, stderr } = await program.run(
        [name, ...right],
        workerDown === WORKS ? { ...stage.keys, ...stage.urls } : env,
      );
      if (typeof workerDown === 'string') expect(`${stdout}${stderr}`).toContain(workerDown);
      expect(code, stderr).toBe(workerDown === WORKS ? 0 : 1);
    },
  );

  it.each(rows)('$name with a wrong token or key: 1, and it is not shown', async (row) => {
    const { name, right, env, wrongToken } = row;
    const service = await serve((_, response) => {
      response.statusCode = 401;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...UNAUTHORIZED, errors: [{ code: 10_000, message: 'No.' }] }));
    });
    const { code, stdout, stderr } = await program.run([name, ...right], {
      ...env,
      ...{ WHENCE_URL: service.url, HUBSPOT_URL: service.url },
      ...{ CLOUDFLARE_API_BASE_URL: service.url, CLOUDFLARE_API_TOKEN: SOME_TOKEN },
    });
    service.close();
    if (wrongToken === WORKS) return expect(code).toBe(0);
    expect(`${stdout}${stderr}`).toContain(wrongToken);
    expect(`${stdout}${stderr}`).not.toContain(SOME_TOKEN);
    expect(code).toBe(1);
  });

  it.each(rows)('$name with a flag that npm has taken: nothing is done, 2', async (row) => {
    let requests = 0;
    const worker = await serve((_, response) => {
      requests += 1;
      response.end('{}');
    });
    const ended = await program.run([row.name, ...row.right], {
      ...row.env,
      ...{ WHENCE_URL: worker.url, HUBSPOT_URL: worker.url, npm_config_dry_run: 'true' },
    });
    worker.close();
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('npm has taken --dry-run for itself, so nothing was done.');
    expect(ended.stderr).toContain(`Write \`npm run ${row.name} -- --dry-run`);
    expect(requests).toBe(0);
  });

  // Windows ends a process without a signal to handle.
  it
    .skipIf(process.platform === 'win32')
    .each(rows.filter(({ waitsFor }) => waitsFor !== 'nothing'))(
    '$name after Ctrl-C: 130',
    async ({ name, right, env, waitsFor }) => {
      const asked = Promise.withResolvers<void>();
      const service = await serve(() => asked.resolve());
      const address = { worker: 'WHENCE_URL', hubspot: 'HUBSPOT_URL', cloudflare: CLOUDFLARE }[
        waitsFor === 'nothing' ? 'worker' : waitsFor
      ];
      const ended = await program.interrupt(
        [name, ...right],
        { ...env, CLOUDFLARE_API_TOKEN: 'a-token', [address]: service.url },
        () => asked.promise,
      );
      service.close();
      expect(ended.stderr).toContain('Stopped');
      expect(ended.code).toBe(130);
    },
  );
});

describe('what developers run', () => {
  it.each([
    'demo/start.ts',
    'demo/setup.ts',
    'lab/bench/bench.ts',
    'lab/bench/ledger.ts',
    'lab/chaos/run.ts',
    'lab/truth/run.ts',
  ])('%s prints its usage for --help, and names an unknown flag', async (path) => {
    const tool = openProgram(path);
    const help = await tool.run(['--help']);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: /), stderr: '' });
    const unknown = await tool.run(['--frobnicate']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^unknown option '--frobnicate'/);
    tool.close();
  });
});

describe('a mistake is named', () => {
  it.each([
    ['send', [], "missing required argument 'source'"],
    ['send', ['stripe', 'clerk'], 'too many arguments'],
    ['replay', [], 'Give a signup id, or --status'],
    ['replay', ['--reason', 'gave_up'], '--reason needs --status'],
    ['replay', ['stripe:evt_1', '--dry-run'], 'Give `stripe:evt_1` or --dry-run, not both'],
    ['replay', ['--status', 'failed', '--from', 'soon'], 'It is a day such as 2026-11-01'],
    ['replay', ['--status', 'failed', '--reason', ''], 'It is empty'],
    ['replay', ['--status', 'failed', '--reason', '--json'], 'It is a flag'],
    ['backfill', [], "missing required argument 'file.csv'"],
    ['backfill', ['f.csv', '--dry-rum'], '(Did you mean --dry-run?)'],
    ['backfill', ['f.csv', '--map', '--dry-run'], 'It is a flag'],
    ['backfill', ['f.csv', '--map', 'mail=x'], '--map takes ours=yours pairs'],
    ['backfill', ['f.csv', '--delimiter', '||'], 'It is one character, or tab.'],
    ['preview', [], "required option '--email <address>' not specified"],
    [
      'doctor',
      ['--name', 'nobody'],
      'there is no deployment nobody on this machine. None is known.',
    ],
    ['doctor', ['--url', 'http://whence.example'], 'would travel in the clear'],
    ['setup', ['--rotate', 'ADMIN_TOKN'], 'It is not a setting of Whence; ADMIN_TOKEN is.'],
    ['setup', ['--name', 'No Spaces'], 'A name has lower-case letters'],
  ])('%s %j: %s', async (command, args, expected) => {
    const { code, stdout, stderr } = await program.run([command, ...args]);
    expect(stderr).toContain(expected);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('a command that writes', () => {
  it('asks, and where nobody can answer it does nothing', async () => {
    const methods: string[] = [];
    const worker = await serve(({ method = '' }, response) => {
      methods.push(method);
      const item = { id: 'stripe:evt_1', email: 'ada@example.com' };
      response.end(JSON.stringify({ items: [item], nextCursor: null }));
    });
    const args = ['erase', 'Ada@example.com', '--url', worker.url];
    const asked = await program.run(args);
    const dry = await program.run([...args, '--dry-run']);
    worker.close();
    expect(asked.code).toBe(2);
    expect(asked.stdout).toContain('keeps 1 signup of Ada@example.com.\n  stripe:evt_1\n');
    expect(asked.stderr).toContain('Nothing was done: nobody can answer the question here.');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was erased.') });
    expect(methods).toEqual(['GET', 'GET']);
  });
});

describe('a flag that npm has taken', () => {
  it.each([
    ['backfill', ['f.csv'], { npm_config_dry_run: 'true' }, 'npm run backfill -- --dry-run f.csv'],
    [
      'replay',
      ['failed', 'gave_up'],
      { npm_config_status: 'true', npm_config_reason: 'true' },
      'npm run replay -- --status … --reason …',
    ],
    ['setup', [], { npm_config_yes: 'true', npm_command: 'run' }, 'npm run setup -- --yes'],
    ['setup', [], { npm_config_sample: '' }, 'npm run setup -- --no-sample'],
    [
      'doctor',
      [],
      { npm_config_url: 'https://x.example' },
      'npm run doctor -- --url https://x.example',
    ],
  ])('is named with the line to type: %s %j %j', async (command, args, env, expected) => {
    const ended = await program.run([command, ...args], env);
    expect(ended.stderr).toContain(`Write \`${expected}\`.`);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });

  it('is found when npm runs the command, and not when it stands behind --', async () => {
    const manifest = {
      name: 'x',
      scripts: { backfill: `node ${join(ROOT, 'src/cli/whence.ts')} backfill` },
    };
    writeFileSync(join(program.folder, 'package.json'), JSON.stringify(manifest));
    const npm = (...args: string[]) =>
      new Promise<Ended>((done) => {
        const env = { ...ownEnvironment(), XDG_CONFIG_HOME: program.folder };
        // The npm of Windows is a file of its shell.
        const shell = process.platform === 'win32';
        execFile('npm', args, { cwd: program.folder, env, shell }, (error, stdout, stderr) =>
          done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
        );
      });
    const swallowed = await npm('run', '-s', 'backfill', '--dry-run', 'f.csv');
    expect(swallowed.stderr).toContain('Write `npm run backfill -- --dry-run f.csv`.');
    expect(swallowed.code).toBe(2);
    const right = await npm('run', '-s', 'backfill', '--', '--dry-run', 'f.csv');
    expect(right.stdout).toContain('1 of 1 rows would be accepted.');
  });

  it('is found for every flag of every command', () => {
    const missed = whence().commands.flatMap((command) => {
      const flags = command.options.flatMap(({ long }) => long?.replace('--', '') ?? []);
      return flags
        .filter((flag) => flag !== 'help')
        .filter((flag) => {
          const taken = flag.startsWith('no-') ? [flag.slice('no-'.length), ''] : [flag, 'true'];
          const [name = '', value] = taken;
          const env = { [`npm_config_${name.replaceAll('-', '_')}`]: value };
          return !swallowedFlags(flags, [], env).some((found) => found.name === flag);
        })
        .map((flag) => `${command.name()} --${flag}`);
    });
    expect(missed).toEqual([]);
  });

  it('is not what npm’s own settings have: npx -y, an address in .npmrc, a flag that was given as well', () => {
    expect(swallowedFlags(['yes'], [], { npm_config_yes: 'true', npm_command: 'exec' })).toEqual(
      [],
    );
    expect(swallowedFlags(['yes'], [], { npm_config_yes: '' })).toEqual([]);
    expect(swallowedFlags(['yes'], ['--yes'], { npm_config_yes: 'true' })).toEqual([]);
    expect(swallowedFlags([], [], { npm_config_yes: 'true', npm_config_json: 'true' })).toEqual([]);
    expect(swallowedFlags(['email'], [], { npm_config_email: 'me@example.com' })).toEqual([]);
    expect(swallowedFlags(['email'], [], { npm_config_email: 'true' })).toEqual([
      { name: 'email' },
    ]);
  });
});

describe('a backfill against a Worker that is not there', () => {
  it('ends at once, and says that nothing was sent', async () => {
    const { code, stderr } = await program.run(['backfill', 'f.csv']);
    expect(stderr).toBe(
      `${NOTHING_ANSWERS}. No row was sent. Start the Worker or give --url, then run the same command again.\n`,
    );
    expect(code).toBe(1);
  });
});
