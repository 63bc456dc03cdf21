// The Worker as it would be deployed: bundled and minified by wrangler, once per run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Built {
  script: string;
  /** https://esbuild.github.io/api/#metafile */
  metafile: string;
}

/** Bundles `entry`. Without one, the Worker itself. */
export function build(entry?: string, { minify = true } = {}): Built {
  const outdir = mkdtempSync(join(tmpdir(), 'whence-bench-'));
  const metafile = join(outdir, 'meta.json');
  try {
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/wrangler/bin/wrangler.js'),
        'deploy',
        ...(entry === undefined ? [] : [entry]),
        ...['--dry-run', '--outdir', outdir, '--metafile', metafile],
        ...(minify ? [] : ['--no-minify']),
      ],
      { cwd: root, stdio: 'ignore', env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
    );
    const name =
      entry === undefined ? 'worker' : (entry.split('/').at(-1) ?? '').replace('.ts', '');
    return {
      script: readFileSync(join(outdir, `${name}.js`), 'utf8'),
      metafile: readFileSync(metafile, 'utf8'),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
