import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const sources = resolve(import.meta.dirname, '../src/package');

export default defineConfig({
  root: import.meta.dirname,
  // Files find each other wherever a page serves them from.
  base: './',
  publicDir: false,
  build: {
    outDir: resolve(import.meta.dirname, '../../build/package/dist'),
    emptyOutDir: true,
    target: ['chrome90', 'safari14'],
    assetsInlineLimit: 0,
    // hls.js, which is loaded only when needed.
    chunkSizeWarningLimit: 700,
    modulePreload: false,
    rolldownOptions: {
      input: { index: resolve(sources, 'index.ts'), elements: resolve(sources, 'elements.ts') },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
});
