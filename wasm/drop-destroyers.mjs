// Replaces the destroy functions of coroutines by traps, and drops the exports that are not named:
// node drop-destroyers.mjs <module> <smaller module> <export>...
//
// The module never destroys a coroutine (src/edge/frame.h), but each frame points to its destroy function, so that no
// optimiser may remove it. Emscripten exports more than the ABI has.

import binaryen from 'binaryen';
import { readFileSync, writeFileSync } from 'node:fs';
import { readModule } from './read-module.mjs';

const [from, to, ...exported] = process.argv.slice(2);
const module = readModule(readFileSync(from));
const exports = Array.from(
  { length: module.getNumExports() },
  (_, i) => binaryen.getExportInfo(module.getExportByIndex(i)).name,
);
for (const name of exports) if (!exported.includes(name)) module.removeExport(name);
let dropped = 0;
for (let i = 0; i < module.getNumFunctions(); ++i) {
  const each = module.getFunctionByIndex(i);
  if (!/\(?\.destroy\)?$/.test(binaryen.getFunctionInfo(each).name)) continue;
  binaryen.Function.setBody(each, module.unreachable());
  dropped += 1;
}
if (dropped === 0) throw new Error(`${from} names no destroy function: link it with its names`);
writeFileSync(to, module.emitBinary());
console.log(`Dropped ${dropped} destroy functions`);
