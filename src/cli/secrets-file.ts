// Secrets on their way to wrangler: a file only the operator can read, gone whatever happens.
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile as write } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Hands `use` the path of a JSON file with the secrets. The file is removed when `use` has ended or failed, and when
 * the process is told to end. Throws what the file system says when it cannot be written.
 */
export async function withSecretsFile<Result>(
  secrets: ReadonlyMap<string, string>,
  use: (path: string) => Promise<Result>,
  { folder = tmpdir(), writeFile = write }: { folder?: string; writeFile?: typeof write } = {},
): Promise<Result> {
  const own = await mkdtemp(join(folder, 'whence-'));
  const remove = () => rmSync(own, { recursive: true, force: true });
  const leave = () => {
    remove();
    process.exit(130);
  };
  process.once('exit', remove);
  for (const signal of SIGNALS) process.once(signal, leave);
  try {
    const path = join(own, 'secrets.json');
    await writeFile(path, JSON.stringify(Object.fromEntries(secrets)), { mode: 0o600, flag: 'wx' });
    return await use(path);
  } finally {
    remove();
    process.off('exit', remove);
    for (const signal of SIGNALS) process.off(signal, leave);
  }
}
