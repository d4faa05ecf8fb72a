// The field page is built on its own: one script and one style sheet, whatever the console shares with it.
import { fileURLToPath } from 'node:url';

import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

import { precompress } from './build/precompress';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [vue(), precompress()],
  // What both share asks for texts by one name; here they are the field page's own few.
  resolve: { alias: [{ find: /^@\/i18n$/, replacement: at('src/m/text.ts') }, { find: /^@(?=\/)/, replacement: at('src') }] },
  define: { __VUE_OPTIONS_API__: false },
  build: {
    target: ['chrome86'],
    cssTarget: 'chrome86',
    sourcemap: false,
    emptyOutDir: false, // the console's build stands there, with the files that both serve as they are
    copyPublicDir: false,
    modulePreload: false,
    rollupOptions: { input: at('m/index.html'), output: { inlineDynamicImports: true } },
  },
  server: { proxy: { '/api': { target: process.env.WULIAN_SERVER ?? 'http://127.0.0.1:8080', changeOrigin: false } } },
});
