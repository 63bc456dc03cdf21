// The wrangler configuration of one deployment, under its name, so that one account can hold several.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DEFAULT_NAME } from './deployment.ts';
import type { Failure } from './failure.ts';
import { WRANGLER_CONFIG } from './product.ts';
import { type TemporaryPlace, withTemporaryFile } from './temporary-file.ts';

/** A queue's name has 63 characters at most, and `-dead-letters` stands behind the Worker's. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;

/** Why a Worker cannot have this name; `undefined` when it can. */
export function mistakeInName(name: string): string | undefined {
  return NAME.test(name)
    ? undefined
    : 'A name has lower-case letters, digits and hyphens, 50 at most, and no hyphen at either end.';
}

/** Worker, database and queues under the name. Paths are made absolute, because the file stands elsewhere. */
export function renamedConfig(
  toml: string,
  name: string,
  root: string = dirname(WRANGLER_CONFIG),
): string {
  return toml
    .replace(
      new RegExp(`"${DEFAULT_NAME}(-[a-z-]+)?"`, 'g'),
      (_, suffix = '') => `"${name}${suffix}"`,
    )
    .replace(
      /^(main|directory|migrations_dir) = "(.+?)"/gm,
      (_, key, path) => `${key} = ${JSON.stringify(resolve(root, path))}`,
    );
}

/** Hands `use` the configuration for `--config`. It stands in a temporary folder, where wrangler may write. */
export async function withWorkerConfig<Result>(
  name: string,
  use: (config: string) => Promise<Result>,
  place?: TemporaryPlace,
): Promise<Result | Failure> {
  const toml = readFileSync(WRANGLER_CONFIG, 'utf8');
  return withTemporaryFile('wrangler.toml', renamedConfig(toml, name), use, place);
}
