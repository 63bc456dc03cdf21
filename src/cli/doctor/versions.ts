// The doctor's line about versions: the Worker's, this one's and the newest release.
import { type Check, line } from '../../health/report.ts';
import { commandLine } from '../invocation.ts';
import { compareVersions } from './latest-version.ts';

/** `worker`: absent where it could not be asked. `latest`: absent where it is not known. */
export function checkVersions(versions: { worker?: string; own: string; latest?: string }): Check {
  const { worker, own, latest } = versions;
  if (latest !== undefined && compareVersions(own, latest) < 0) {
    const fix = `Install it, then run ${commandLine('setup')}. CHANGELOG.md says what changed.`;
    return line('version', `This is ${own}, the newest is ${latest}`, fix, 'warning');
  }
  if (worker !== undefined && worker !== own) {
    const fix = `Run ${commandLine('setup')}, or install the newer version if the Worker is the newer one.`;
    return line('version', `The Worker is ${worker}, this is ${own}`, fix, 'warning');
  }
  const rest = latest === undefined ? '; the newest version is not known' : ', the newest';
  return line('version', `${own}${rest}`);
}
