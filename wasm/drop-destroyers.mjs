// Replaces the destroy functions of coroutines by traps: node drop-destroyers.mjs <module> <smaller module>
//
// The module never destroys a coroutine (src/edge/frame.h), but each frame points to its destroy function, so that no
// optimiser may remove it.

import binaryen from 'binaryen';
import { readFileSync, writeFileSync } from 'node:fs';
import { readModule } from './read-module.mjs';

const [from, to] = process.argv.slice(2);
const module = readModule(readFileSync(from));
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
