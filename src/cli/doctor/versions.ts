// The doctor's line about versions: the Worker's, this clone's and the newest release.
import { type Check, line } from '../../health/report.ts';
import { compareVersions } from './latest-version.ts';

/** `worker`: absent where it could not be asked. `latest`: absent where it is not known. */
export function checkVersions(versions: { worker?: string; own: string; latest?: string }): Check {
  const { worker, own, latest } = versions;
  if (latest !== undefined && compareVersions(own, latest) < 0) {
    const fix = 'git pull && npm run setup (what changed: CHANGELOG.md)';
    return line('version', `This clone is ${own}, the newest is ${latest}`, fix, 'warning');
  }
  if (worker !== undefined && worker !== own) {
    const fix = 'Run npm run setup, or git pull if the Worker is the newer one.';
    return line('version', `The Worker is ${worker}, this clone is ${own}`, fix, 'warning');
  }
  const rest = latest === undefined ? '; the newest version is not known' : ', the newest';
  return line('version', `${own}${rest}`);
}
