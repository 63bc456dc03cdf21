// An earlier commit of the product, to upgrade from.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, ROOT } from './product.ts';

/**
 * The commit to upgrade from: the one that UPGRADE_FROM names, else the last release, else the last commit with fewer
 * migrations, else the last commit. `undefined` where the clone holds none of them, as a shallow one.
 */
export function earlierCommit(): string | undefined {
  const lastMigration = git('log', '-1', '--diff-filter=A', '--format=%H', '--', 'migrations');
  const candidates = [
    process.env.UPGRADE_FROM,
    git('describe', '--tags', '--abbrev=0', '--match=v*', 'HEAD~1'),
    lastMigration && `${lastMigration}~1`,
    'HEAD~1',
  ];
  return candidates
    .map((name) => name && git('rev-parse', '--short', '--verify', '--quiet', `${name}^{commit}`))
    .find((commit) => commit && git('cat-file', '-t', `${commit}:scripts/build-package.ts`));
}

/** Its files in a folder of their own, with what it depends on. */
export function checkOut(commit: string, { folder }: Machine): string {
  const root = mkdtempSync(join(folder, '../earlier-'));
  const archive = join(root, 'archive.tar');
  execFileSync('git', ['archive', '--output', archive, commit], { cwd: ROOT });
  execFileSync('tar', ['-xf', 'archive.tar'], { cwd: root });
  const lock = 'package-lock.json';
  const isSame = readFileSync(join(root, lock)).equals(readFileSync(join(ROOT, lock)));
  const here = join(ROOT, 'node_modules');
  if (isSame && existsSync(here)) symlinkSync(here, join(root, 'node_modules'), 'junction');
  else npmCi(root);
  return root;
}

function npmCi(root: string): void {
  const options = { cwd: root, shell: process.platform === 'win32' };
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], options);
  // Only the programs that build the package have to be there.
  execFileSync('npm', ['rebuild', '--silent', 'esbuild', 'node', 'workerd'], options);
}

/** What git prints; nothing where it fails. */
function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
