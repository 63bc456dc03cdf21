// `npm run package`, before `npm pack`: builds what the package holds beside documentation and migrations. The Worker and the
// commands are bundled, so that whoever installs the package gets wrangler and nothing else.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { wranglerCommand } from '../src/cli/start-wrangler.ts';

const root = resolve(import.meta.dirname, '..');
const worker = join(root, 'dist/worker');
const cli = join(root, 'dist/cli');
for (const folder of [worker, cli]) rmSync(folder, { recursive: true, force: true });

// The Worker, bundled as a deploy bundles it.
const [program, ...first] = wranglerCommand();
execFileSync(program, [...first, 'deploy', '--dry-run', '--outdir', worker], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
});
rmSync(join(worker, 'README.md'), { force: true });
writeFileSync(join(worker, 'wrangler.toml'), packagedConfig());

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/whence.ts'],
  outdir: cli,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  // Beside the entry: product.ts counts the folders.
  chunkNames: '[hash]',
  external: Object.keys(manifest.dependencies),
  // Some of the bundled packages still call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
chmodSync(join(cli, 'whence.js'), 0o755);
writeFileSync(join(root, 'dist/licences.txt'), licencesOf(Object.keys(metafile.inputs)));

/** The configuration for the built Worker. Its paths start at its own folder. */
function packagedConfig(): string {
  const toml = readFileSync(join(root, 'wrangler.toml'), 'utf8');
  const paths: Readonly<Record<string, string>> = {
    main: join(worker, 'worker.js'),
    directory: join(root, 'dist/assets'),
    migrations_dir: join(root, 'migrations'),
  };
  return toml
    .replace(/^(main|directory|migrations_dir) = ".*"$/gm, (_, key: string) => {
      const path = relative(worker, paths[key] ?? '').replaceAll('\\', '/');
      return `${key} = "${path}"`;
    })
    .replace(/^minify = true$/m, '# It is bundled already.\nno_bundle = true')
    .replace(/^keep_names = .*\n/m, '');
}

/** The licences of the packages that are bundled into the commands. */
function licencesOf(inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  return [...folders]
    .toSorted()
    .map((folder) => {
      const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
      const path = file === undefined ? undefined : join(root, folder, file);
      const text =
        path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : 'MIT, see its page.';
      return `${folder.replace(/^.*node_modules\//, '')}\n\n${text}`;
    })
    .join('\n---\n\n');
}
