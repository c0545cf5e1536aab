// npm run package: the package @whip-mux/web for those who build their own pages, as `npm pack` makes it: scripts that
// pages load without a bundler, and their types. The same sources give the same bytes.

import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const run = promisify(execFile);

type Manifest = Record<string, unknown>;
const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

/** Makes the package in `folder`, and returns the tarball's path. */
export async function pack(folder: string): Promise<string> {
  const content = join(folder, 'package');
  rmSync(content, { recursive: true, force: true });
  mkdirSync(content, { recursive: true });

  await run(process.execPath, [join(root, 'scripts/openapi-types.ts')]);
  const outDir = join(content, 'dist');
  await build({ configFile: join(root, 'web/package/vite.config.ts'), logLevel: 'warn', build: { outDir } });

  const types = join(content, 'types');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '--project', join(root, 'web/package'), '--outDir', types]);
  cpSync(join(root, 'web/src/openapi.d.ts'), join(types, 'openapi.d.ts'));

  const { version, license } = manifestIn('.');
  const manifest = { version, license, ...manifestIn('web/package') };
  writeFileSync(join(content, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(root, 'LICENSE'), join(content, 'LICENSE'));
  copyFileSync(join(root, 'node_modules/hls.js/LICENSE'), join(content, 'LICENSE.hls.js'));
  copyFileSync(join(root, 'web/package/README.md'), join(content, 'README.md'));

  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: content });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (!packed) throw new Error('npm packed nothing');
  return join(folder, packed.filename);
}

if (process.argv[1] === import.meta.filename) {
  const folder = resolve(process.argv[2] ?? join(root, 'build/package'));
  console.log(await pack(folder));
}
