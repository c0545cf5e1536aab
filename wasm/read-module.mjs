// Reads a WebAssembly module with the features that clang uses.

import binaryen from 'binaryen';

const features = [
  'TailCall',
  'BulkMemory',
  'SignExt',
  'NontrappingFPToInt',
  'MutableGlobals',
  'ReferenceTypes',
  'Multivalue',
];

export function readModule(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(features.reduce((all, each) => all | binaryen.Features[each], 0));
  return module;
}
