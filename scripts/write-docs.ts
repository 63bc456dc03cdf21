// `npm run docs`: writes what the documentation takes from the code. `npm test` says when that is to be done again.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { dropsTable } from './drops-docs.ts';
import { eventType } from './event-docs.ts';
import { faultTables } from './faults-docs.ts';
import { fieldsInFull } from './fields-docs.ts';
import { figureTexts, withFigures } from './figure-marks.ts';
import { figureSections } from './figures-docs.ts';
import { planBlock } from './plan-docs.ts';
import { reasonTables } from './reasons-docs.ts';
import { exampleFile, keyDescriptions, settingsTable } from './settings-docs.ts';

const root = resolve(import.meta.dirname, '..');

rewrite('docs/settings.md', (text) => withBlock(text, 'settings', settingsTable()));
rewrite('docs/troubleshooting.md', (text) => withBlock(text, 'reasons', reasonTables()));
rewrite('docs/operations.md', (text) => withBlock(text, 'plan', planBlock()));
rewrite('docs/figures.md', (text) => withBlock(text, 'figures', figureSections()));
rewrite('docs/fields.md', fieldsInFull);
rewrite('docs/alerts.md', (text) =>
  withBlock(withBlock(text, 'faults', faultTables()), 'drops', dropsTable()),
);
rewrite('docs/destinations.md', (text) => withBlock(text, 'event', eventType()));
const figures = figureTexts();
for (const path of pagesWithFigures()) rewrite(path, (text) => withFigures(text, figures));
rewrite('.dev.vars.example', exampleFile);
rewrite('src/version.ts', (text) => text.replace(/'[^']*';/, `'${manifest.version}';`));
rewrite('package.json', () => {
  const bindings = { ...manifest.cloudflare.bindings, ...keyDescriptions() };
  return `${JSON.stringify({ ...manifest, cloudflare: { bindings } }, null, 2)}\n`;
});

function pagesWithFigures(): readonly string[] {
  const docs = readdirSync(resolve(root, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs.map((name) => `docs/${name}`)];
}

function rewrite(path: string, write: (text: string) => string): void {
  const file = resolve(root, path);
  writeFileSync(file, write(readFileSync(file, 'utf8')));
}

/** The text with this between `<!-- name -->` and `<!-- /name -->`; unchanged where there are no such markers. */
function withBlock(text: string, name: string, block: string): string {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) return text;
  return `${text.slice(0, from)}${start}${block}\n${text.slice(to)}`;
}
