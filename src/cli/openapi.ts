// `npm run openapi`: writes the description of the API from the schemas the routes parse with, once it is valid.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import project from '../../package.json' with { type: 'json' };
import { openapiDocument } from '../reference/document.ts';
import { readExamples } from '../reference/examples.ts';
import { referencePage } from '../reference/page.ts';

const USAGE = `usage: npm run openapi -- [--check] [--assets <folder>]

  Writes docs/openapi.json.
  --check   writes nothing; fails when docs/openapi.json is not what it would be
  --assets  writes api/openapi.json and the page api/reference.html into this folder instead`;

const TRACKED = 'docs/openapi.json';

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function readArguments() {
  try {
    const options = { check: { type: 'boolean' }, assets: { type: 'string' } } as const;
    return parseArgs({ options }).values;
  } catch {
    return fail(USAGE);
  }
}

const { check, assets } = readArguments();
const document = openapiDocument(
  project.version,
  readExamples(readFileSync('docs/api.md', 'utf8')),
);
const json = `${JSON.stringify(document, null, 2)}\n`;

const validity = await new Validator().validate(JSON.parse(json));
if (!validity.valid) fail(`The document is no OpenAPI: ${JSON.stringify(validity.errors)}`);

if (check) {
  if (readFileSync(TRACKED, 'utf8') !== json) {
    fail(`${TRACKED} is not current: run npm run openapi, and commit it.`);
  }
} else if (assets === undefined) {
  writeFileSync(TRACKED, json);
} else {
  const style = readFileSync('src/reference/page.css', 'utf8');
  const files = {
    'api/openapi.json': json,
    'api/reference.html': await referencePage(document),
    'api/reference.css': style,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(assets, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
