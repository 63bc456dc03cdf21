// `npm run assets`: bundles what browsers load besides the pages into the Worker's static assets. Part of the install.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const sources = join(root, 'src/web/browser');
const output = join(root, 'dist/assets');

rmSync(output, { recursive: true, force: true });
mkdirSync(join(output, 'static'), { recursive: true });

await build({
  absWorkingDir: root,
  entryPoints: [join(sources, 'dashboard.ts'), join(sources, 'dashboard.css')],
  outdir: join(output, 'static'),
  bundle: true,
  // The chart's library becomes a file of its own, with a hash of its content in the name.
  splitting: true,
  chunkNames: 'hashed/[name]-[hash]',
  format: 'esm',
  target: 'es2022',
  minify: true,
  // The browser loads these, not the bundler.
  external: ['/static/*'],
  legalComments: 'none',
  logLevel: 'warning',
});

// For the operator's own site: one small script, no module.
await build({
  absWorkingDir: root,
  entryPoints: [join(sources, 'whence.ts')],
  outdir: join(output, 'static'),
  bundle: true,
  format: 'iife',
  target: 'es2020',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});

copyFileSync(join(sources, '_headers'), join(output, '_headers'));
copyFileSync(join(sources, 'whence.svg'), join(output, 'static/whence.svg'));

/** These libraries are bundled into the script, so their licences are served with it. */
const licences = ['chart.js/LICENSE.md', '@kurkle/color/LICENSE.md'].map((file) =>
  [
    `${file.replace('/LICENSE.md', '')}\n`,
    readFileSync(join(root, 'node_modules', file), 'utf8'),
  ].join('\n'),
);
writeFileSync(join(output, 'static/licences.txt'), licences.join('\n---\n\n'));
