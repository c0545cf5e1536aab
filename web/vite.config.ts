import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const root = import.meta.dirname;

const noNode = '\0no-node';
// The bundler's stand-in for a module that only Node.js has would add helpers to the first load of every page.
const withoutNode: Plugin = {
  name: 'without-node',
  enforce: 'pre',
  resolveId: (id, importer = '') => (id === './node.js' && /mediabunny/.test(importer) ? noNode : undefined),
  load: (id) => (id === noNode ? 'export const fs = undefined;' : undefined),
};

export default defineConfig({
  root,
  plugins: [svelte(), withoutNode],
  build: {
    outDir: resolve(root, '../build/assets'),
    emptyOutDir: true,
    manifest: true,
    // The oldest browsers that we and Svelte 5 support.
    target: ['chrome90', 'safari14'],
    cssTarget: ['chrome90', 'safari14'],
    assetsInlineLimit: 0,
    // hls.js, which is loaded only when needed.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // One file of what every page needs, which packs better than several.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /web\/src\/(room|poll|api|address|webrtc\/(deadline|http-failure)|ui\/(Icon|Message|LanguageSwitch))\.(ts|svelte)/,
            },
          ],
        },
      },
    },
  },
});
