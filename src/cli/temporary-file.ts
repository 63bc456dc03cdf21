// A file for another program: only the operator can read it, and it is gone whatever happens.
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile as write } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Failure, fileFailure } from './failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface TemporaryPlace {
  /** The system's own unless said otherwise. */
  folder?: string;
  writeFile?: typeof write;
}

/**
 * Hands `use` the path of a file with this text. The file is removed when `use` has ended or failed, and when the
 * process is told to end.
 */
export async function withTemporaryFile<Result>(
  name: string,
  text: string,
  use: (path: string) => Promise<Result>,
  { folder = tmpdir(), writeFile = write }: TemporaryPlace = {},
): Promise<Result | Failure> {
  let own = '';
  const remove = () => rmSync(own, { recursive: true, force: true });
  const leave = () => {
    remove();
    console.error('Stopped.');
    process.exit(130);
  };
  process.once('exit', remove);
  for (const signal of SIGNALS) process.once(signal, leave);
  try {
    const path = await writeInto(folder);
    return typeof path === 'string' ? await use(path) : path;
  } finally {
    remove();
    process.off('exit', remove);
    for (const signal of SIGNALS) process.off(signal, leave);
  }

  async function writeInto(parent: string): Promise<string | Failure> {
    try {
      own = await mkdtemp(join(parent, 'whence-'));
      const path = join(own, name);
      await writeFile(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    } catch (error) {
      return fileFailure('A temporary file', error);
    }
  }
}

/** Secrets on their way to wrangler, as a JSON file. */
export function withSecretsFile<Result>(
  secrets: ReadonlyMap<string, string>,
  use: (path: string) => Promise<Result>,
  place?: TemporaryPlace,
): Promise<Result | Failure> {
  const text = JSON.stringify(Object.fromEntries(secrets));
  return withTemporaryFile('secrets.json', text, use, place);
}
