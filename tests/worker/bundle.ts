// Bundles the Worker once for all tests of this folder, as for a deployment. WHIPMUX_MODULE names a module to use instead
// of the deployed one.

import { execFile } from 'node:child_process';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
export const bundle = join(root, 'build/worker');

export default async function setup(): Promise<void> {
  // Otherwise a module of an earlier build would remain next to the new one.
  await rm(bundle, { recursive: true, force: true });
  await promisify(execFile)(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', bundle], {
    cwd: root,
  });
  const other = process.env['WHIPMUX_MODULE'];
  if (other === undefined) return;
  const bundled = (await readdir(bundle)).filter((name) => name.endsWith('.wasm'));
  if (bundled.length !== 1) throw new Error(`the bundle has ${bundled.length} modules`);
  await copyFile(other, join(bundle, bundled[0] ?? ''));
}
