// npm run bundle: compiles, and makes one archive that deploys with Node alone. It holds the Worker, its pages, wrangler.toml without the
// build, deploy and doctor, and the locked packages that they need. The same sources give the same bytes.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { archive } from './archive.ts';
import type { Entry } from './archive.ts';
import { lockFor } from './lock.ts';
import type { Lock } from './lock.ts';
import { tools } from './terminal.ts';
import { compile } from './upload.ts';

const root = resolve(import.meta.dirname, '..');
const run = promisify(execFile);

/** Gzipped bytes of the archive. */
const budget = 900_000;

const read = (path: string): Buffer => readFileSync(join(root, path));

interface Package {
  name: string;
  version: string;
  license: string;
  engines: object;
  allowScripts: object;
  devDependencies: Record<string, string>;
}

/** Bundles the Worker and builds the pages as a deployment does, without a relay's address. */
async function worker(): Promise<Entry[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
    // Nothing else of the environment, on which the pages could depend.
    const { PATH, HOME } = process.env;
    const environment = { PATH, HOME, NODE_ENV: 'production', WRANGLER_SEND_METRICS: 'false' };
    const args = [wrangler, 'deploy', '--dry-run', '--outdir', folder];
    await run(process.execPath, args, { cwd: root, env: environment });
    const modules = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
    return modules.map((name) => ({ name: `worker/${name}`, content: readFileSync(join(folder, name)) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function assets(): Entry[] {
  const folder = join(root, 'build/assets');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return files.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    return { name: `assets/${path.slice(folder.length + 1)}`, content: readFileSync(path) };
  });
}

/** Replaces what occurs exactly once. */
function replaced(text: string, pattern: RegExp, by: string): string {
  const found = text.match(new RegExp(pattern, `${pattern.flags}g`)) ?? [];
  if (found.length !== 1) throw new Error(`wrangler.toml matches ${String(pattern)} ${found.length} times`);
  return text.replace(pattern, by);
}

/** For what is built: no bundling, no build step, and the pages in the bundle's folder. */
function wranglerToml(): string {
  let text = read('wrangler.toml').toString();
  text = replaced(text, /^minify = true$/m, 'no_bundle = true\nfind_additional_modules = true');
  text = replaced(text, /^\[build\]\n(.+\n)+\n/m, '');
  return replaced(text, /^directory = "build\/assets"$/m, 'directory = "assets"');
}

/** What npm installs for a bundle: Node.js, and what deploy and doctor import. */
const installed = ['node', 'wrangler', 'werift'];

/** Deploy and doctor as one file of JavaScript. */
async function commands(): Promise<Entry> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['deploy/main.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: installed.slice(1),
    write: false,
    outdir: 'deploy',
  });
  return { name: 'deploy/main.js', content: Buffer.from(outputFiles[0]?.contents ?? '') };
}

function packages(): Entry[] {
  const { name, version, license, engines, allowScripts, devDependencies } = JSON.parse(
    read('package.json').toString(),
  ) as Package;
  const dependencies = Object.fromEntries(installed.map((each) => [each, devDependencies[each] ?? '']));
  const scripts = { deploy: 'node deploy/main.js deploy', doctor: 'node deploy/main.js doctor' };
  const about = { name, version, private: true, type: 'module', license, engines };
  const manifest = { ...about, allowScripts, dependencies, scripts };
  const lock = lockFor(JSON.parse(read('package-lock.json').toString()) as Lock, { ...about, dependencies });
  const text = (value: object): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  return [
    { name: 'package.json', content: text(manifest) },
    { name: 'package-lock.json', content: text(lock) },
  ];
}

/** Of what is compiled. Returns the archive's path. */
export async function bundle(folder: string): Promise<string> {
  const { name, version } = JSON.parse(read('package.json').toString()) as Package;
  const entries = [
    ...(await worker()),
    ...assets(),
    await commands(),
    ...packages(),
    { name: 'wrangler.toml', content: Buffer.from(wranglerToml()) },
    { name: 'README.md', content: read('deploy/bundle.md') },
    { name: 'LICENSE', content: read('LICENSE') },
    ...['deploy', 'settings', 'relay', 'recordings', 'scaling', 'operations'].map((each) => ({
      name: `docs/${each}.md`,
      content: read(`docs/${each}.md`),
    })),
  ];
  const bytes = archive(`${name}-${version}`, entries);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${version}.tar.gz`);
  writeFileSync(file, bytes);
  console.log(`${file}: ${bytes.length} bytes`);
  if (bytes.length > budget) throw new Error(`The bundle is over its budget of ${budget} bytes.`);
  return file;
}

if (process.argv[1] === import.meta.filename) {
  await compile(tools(root));
  await bundle(resolve(process.argv[2] ?? join(root, 'build/bundle')));
}
