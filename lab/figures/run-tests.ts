// Runs tests of Node's own runner that measure something on the way, all of them or those that are named. With `--write` they
// keep their figures.
import { spawnSync } from 'node:child_process';
import { KEEPS } from './kept.ts';

const args = process.argv.slice(2);
const files = args.filter((arg) => arg !== '--write');
const wrong = files.find((file) => file.startsWith('-'));
if (wrong !== undefined) {
  console.error(`There is no ${wrong}. --write keeps the figures for the documentation.`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, ['--test', ...files], {
  stdio: 'inherit',
  env: { ...process.env, ...(files.length < args.length && { [KEEPS]: 'yes' }) },
});
process.exit(status ?? 1);
