// `node scripts/changelog-of.ts 1.2.3`: prints what the changelog says about a version, for its release.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [version] = process.argv.slice(2);
const changelog = readFileSync(resolve(import.meta.dirname, '../CHANGELOG.md'), 'utf8');
const section = changelog.split(/^## /m).find((text) => text.split(/\s/, 1)[0] === version);
if (section === undefined) {
  console.error(`CHANGELOG.md has no section ${version ?? '(no version given)'}.`);
  process.exit(1);
}
console.log(section.slice(section.indexOf('\n')).trim());
