// Setup as a test runs it: in a folder of its own, with prepared answers, and with everything it says written down.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSetupStage, type SetupStage } from '../../demo/setup-stage.ts';
import { readSettingsFile } from '../../src/cli/deployment.ts';
import { registry } from '../../src/cli/registry.ts';
import type { SetupDependencies } from '../../src/cli/setup/dependencies.ts';
import { type Flags, setupCommand } from '../../src/cli/setup/flags.ts';
import { setUp } from '../../src/cli/setup/set-up.ts';
import type { Ask, Say } from '../../src/cli/setup/terminal.ts';
import { openWrangler } from '../../src/cli/wrangler.ts';
import { runInProcess } from '../../stand-ins/cloudflare.ts';

export interface Run {
  code: 0 | 1 | 2;
  /** Everything that was said, a line each, with ✓, !, ✗ or ○ in front. */
  said: string;
  /** What was asked. */
  asked: readonly string[];
}

export interface TestStage extends SetupStage {
  folder: string;
  /** What stands in the file of the deployment. */
  kept(name?: string): Record<string, string | undefined>;
  /** What is left of temporary files. */
  leftovers(): string[];
  /** Runs setup with these flags; `answers`: by a word of the question. Without, nobody can answer. */
  run(
    flags: readonly string[],
    options?: {
      env?: Record<string, string>;
      answers?: Readonly<Record<string, string | readonly string[]>>;
      dependencies?: Partial<SetupDependencies>;
    },
  ): Promise<Run>;
}

/** How much faster time passes in what setup waits for. */
const FASTER = 10;

export async function openStage(
  options: Parameters<typeof openSetupStage>[0] = {},
): Promise<TestStage> {
  const stage = await openSetupStage({ writesPerSecond: 25 * FASTER, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
  const run = runInProcess(stage.cloudflare);
  return {
    ...stage,
    folder,
    kept: (name = 'whence') => readSettingsFile(join(folder, `${name}.env`)),
    leftovers: () => readdirSync(folder).filter((name) => !name.endsWith('.env')),
    async run(args, { env = {}, answers, dependencies = {} } = {}) {
      const lines: string[] = [];
      const asked: string[] = [];
      const hidden = new Set<string>();
      const flags = await flagsOf(args, env);
      const code = await setUp({
        flags,
        env: { ...stage.urls, ...env },
        file: join(folder, `${flags.name}.env`),
        registry,
        wrangler: openWrangler({ run, speak: run }, () => hidden),
        ask: answers && askFrom({ 'Keep ADMIN_TOKEN': 'yes', ...answers }, asked),
        say: sayInto(lines),
        hide: (secret) => hidden.add(secret),
        fetch,
        now: Date.now,
        sleep: (milliseconds) =>
          new Promise((resolve) => setTimeout(resolve, milliseconds / FASTER)),
        place: { folder },
        ...dependencies,
      });
      return { code, said: lines.join('\n'), asked };
    },
    async close() {
      await stage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes down what is said. */
export function sayInto(lines: string[]): Say {
  return {
    step: (text) => lines.push(`○ ${text}`),
    ok: (text) => lines.push(`✓ ${text}`),
    warn: (text, fix = '') => lines.push(`! ${text} → ${fix}`),
    fail: (problem, fix) => lines.push(`✗ ${problem} → ${fix}`),
    note: (heading, text) => lines.push(`${heading}: ${text}`),
  };
}

/** Answers by a word of the question. */
export function askFrom(
  answers: Readonly<Record<string, string | readonly string[]>>,
  asked: string[],
): Ask {
  function answerTo(message: string): string | readonly string[] {
    asked.push(message);
    const word = Object.keys(answers).find((key) => message.includes(key));
    if (word === undefined) throw new Error(`Nobody expected the question: ${message}`);
    return answers[word] ?? '';
  }
  async function checked(message: string, check: (value: string) => string | undefined) {
    const before = asked.filter((earlier) => earlier === message).length;
    const answered = answerTo(message);
    // Several answers are given one after the other, to the same question.
    const answer = typeof answered === 'string' ? answered : (answered[before] ?? '');
    const mistake = answer === '' ? undefined : check(answer);
    if (mistake !== undefined) throw new Error(mistake);
    return answer;
  }
  return {
    secret: checked,
    text: checked,
    choose: async (message) => String(answerTo(message)),
    chooseSeveral: async (message) => [answerTo(message)].flat(),
  };
}

/** The text of a file, or nothing. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** As the command reads them. Rejects when one is wrong. */
export async function flagsOf(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Flags> {
  const read: Flags[] = [];
  const command = setupCommand(async (flags) => {
    read.push(flags);
    return 0;
  }, env).configureOutput({ writeErr: () => {} });
  await command.parseAsync(args, { from: 'user' });
  const [flags] = read;
  if (!flags) throw new Error('The command has not run.');
  return flags;
}
