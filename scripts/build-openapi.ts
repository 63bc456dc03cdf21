// `node scripts/build-openapi.ts <folder>`, part of `npm run assets`: writes the OpenAPI document and the reference page
// into a folder. The document comes from the schemas that the routes satisfy, and is written only if it is valid.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import project from '../package.json' with { type: 'json' };
import { openapiDocument } from '../src/web/reference/document.ts';
import { readExamples } from '../src/web/reference/examples.ts';
import { referencePage } from '../src/web/reference/page.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/build-openapi.ts <folder>');
  process.exit(2);
}

const document = openapiDocument(
  project.version,
  readExamples(readFileSync('docs/api.md', 'utf8')),
);
const json = `${JSON.stringify(document, null, 2)}\n`;

const validity = await new Validator().validate(JSON.parse(json));
if (!validity.valid) {
  console.error(`The document is not valid OpenAPI: ${JSON.stringify(validity.errors)}`);
  process.exit(1);
}

const files = {
  'api/openapi.json': json,
  'api/reference.html': await referencePage(document),
  'api/reference.css': readFileSync('src/web/reference/page.css', 'utf8'),
};
for (const [name, text] of Object.entries(files)) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
