import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

export default defineConfig({
  root,
  plugins: [svelte()],
  build: {
    outDir: resolve(root, '../build/assets'),
    emptyOutDir: true,
    manifest: true,
    // What Svelte 5 documents as its floor, and the phones that this is for.
    target: ['chrome90', 'safari14'],
    cssTarget: ['chrome90', 'safari14'],
    assetsInlineLimit: 0,
    // hls.js, which waits until it is needed.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
});
