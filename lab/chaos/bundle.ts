// Builds a Worker's module as `wrangler deploy` would upload it.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Writes into `folder`, which the caller removes. */
export async function bundle(root: string, entry: string, folder: string): Promise<string> {
  // Not its `bin`: that starts another process, which a kill would not reach.
  const wrangler = join(root, 'node_modules/wrangler/wrangler-dist/cli.js');
  const outdir = join(folder, entry);
  const building = promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', `${entry}.ts`, '--dry-run', '--outdir', outdir],
    { cwd: root, env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
  );
  // It must end before the folder is removed: it would write into it again.
  const stop = () => building.child.kill('SIGKILL');
  process.prependOnceListener('exit', stop);
  await building;
  process.off('exit', stop);
  return readFileSync(join(outdir, `${entry.split('/').at(-1)}.js`), 'utf8');
}
