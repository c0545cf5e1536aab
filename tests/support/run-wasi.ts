// Runs a WASI test executable in Node with access to the test vectors, and passes on its exit code.
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error('usage: run-wasi.ts PROGRAM.wasm [ARGUMENT...]');

const folders = [process.env['WHIPMUX_VECTORS'], process.env['WHIPMUX_VECTORS_UNPACKED']];
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && name.startsWith('WHIPMUX_'),
  ) as [string, string][],
);
const wasi = new WASI({
  version: 'preview1',
  args: [program, ...args],
  env,
  preopens: Object.fromEntries(
    folders.filter((folder) => folder !== undefined && existsSync(folder)).map((folder) => [folder, folder]),
  ) as Record<string, string>,
});
const { instance } = await WebAssembly.instantiate(
  await readFile(program),
  wasi.getImportObject() as WebAssembly.Imports,
);
process.exitCode = wasi.start(instance);
