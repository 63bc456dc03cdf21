// Where the files of the product are: the same in a checkout and in the package.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** The folder of the documentation. */
export const DOCS = join(ROOT, 'docs');

const packaged = join(ROOT, 'dist/worker/wrangler.toml');

/** The configuration of the Worker: the built one of the package, or the one of a checkout. */
export const WRANGLER_CONFIG =
  import.meta.url.endsWith('.js') && existsSync(packaged) ? packaged : join(ROOT, 'wrangler.toml');
