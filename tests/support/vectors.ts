// Test data that others published. It stands outside the project, so a test that needs it is skipped where it is
// missing, and says so.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * A folder of the published vectors; undefined, after a line with the reason, without them. Throws if WHIPMUX_VECTORS
 * names a folder that is not there or lacks this one.
 */
export function vectorsFolder(name: string): string | undefined {
  const named = process.env['WHIPMUX_VECTORS'];
  const all = resolve(import.meta.dirname, '../..', named ?? '../shared/vectors');
  if (named === undefined && !existsSync(all)) {
    console.log(`skipped: there is no ${all}; set WHIPMUX_VECTORS to the folder of the published vectors`);
    return undefined;
  }
  const folder = resolve(all, name);
  if (!existsSync(folder))
    throw new Error(`there is no ${folder}; WHIPMUX_VECTORS must name the folder above it`);
  return folder;
}
