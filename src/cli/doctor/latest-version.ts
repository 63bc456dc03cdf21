// The newest release there is: the highest version among the tags of the clone's own remote.
import { execFile } from 'node:child_process';

const TIMEOUT_MS = 10_000;

/** `undefined` without git, network, remote or a tag. None of these is a problem. */
export function latestVersion(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      'git',
      ['ls-remote', '--tags', '--refs', 'origin'],
      // A remote that wants a password is not asked.
      { timeout: TIMEOUT_MS, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } },
      (error, stdout) => resolve(error ? undefined : newestIn(stdout)),
    );
  });
}

/** Of lines like `<commit>\trefs/tags/v1.2.3`; tags of another shape do not count. */
export function newestIn(lines: string): string | undefined {
  const versions = [...lines.matchAll(/refs\/tags\/v?(\d+\.\d+\.\d+)\s*$/gm)].flatMap(
    ([, version]) => version ?? [],
  );
  return versions.toSorted(compareVersions).at(-1);
}

/** Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
