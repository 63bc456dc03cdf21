// The newest version there is, as the registry says that npm uses here.
import * as z from 'zod';
import { PACKAGE_NAME } from '../invocation.ts';

const TIMEOUT_MS = 3_000;
const REGISTRY = 'https://registry.npmjs.org/';

const Published = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+/) });

/** `undefined` without a network, or before anything was published. Neither is a problem. */
export async function latestVersion(
  send: typeof fetch = fetch,
  registry = process.env.npm_config_registry || REGISTRY,
): Promise<string | undefined> {
  try {
    const url = new URL(`${PACKAGE_NAME}/latest`, registry.replace(/\/?$/, '/'));
    const response = await send(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return Published.safeParse(await response.json()).data?.version;
  } catch {
    return undefined;
  }
}

/** Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
