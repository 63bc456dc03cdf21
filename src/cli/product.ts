// Where the files of the product are: the same in a checkout and in the package.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { VERSION } from '../version.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const isPackage = import.meta.url.endsWith('.js');

/** The folder of the documentation. */
export const DOCS = join(ROOT, 'docs');

const packaged = join(ROOT, 'dist/worker/wrangler.toml');

/** The configuration of the Worker: the built one of the package, or the one of a checkout. */
export const WRANGLER_CONFIG =
  isPackage && existsSync(packaged) ? packaged : join(ROOT, 'wrangler.toml');

/** The pages of the documentation that a text names, as they can be opened without a checkout. */
export function withPages(text: string, place = isPackage ? placeOfPages() : ''): string {
  return place === ''
    ? text
    : text.replace(/\b(?:docs\/[a-z-]+|CHANGELOG|SECURITY)\.md\b/g, `${place}/$&`);
}

const Manifest = z.object({ repository: z.object({ url: z.string() }).optional() });

/** The address of this version's pages, where the package says where its source is; else its folder. */
export function placeOfPages(root = ROOT): string {
  const file = join(root, 'package.json');
  const { data } = Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  const url = data?.repository?.url.replace(/^git\+|\.git$/g, '');
  return url ? `${url}/blob/v${VERSION}` : root;
}
