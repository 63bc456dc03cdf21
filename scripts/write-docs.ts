// `npm run docs`: writes what the documentation takes from the code. `npm test` says when that is to be done again.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fieldsInFull, fieldsInShort } from './fields-docs.ts';

const root = resolve(import.meta.dirname, '..');
const readme = resolve(root, 'README.md');
const text = readFileSync(readme, 'utf8');
writeFileSync(
  readme,
  text.replace(
    /(<!-- fields -->\n)[\s\S]*?(\n<!-- \/fields -->)/,
    (_, before, after) => `${before}${fieldsInShort()}${after}`,
  ),
);
writeFileSync(resolve(root, 'docs/fields.md'), fieldsInFull());
