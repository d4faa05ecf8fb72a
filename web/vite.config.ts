import { fileURLToPath } from 'node:url';

import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

import { elementStyles } from './build/element_styles';
import { precompress } from './build/precompress';
import about from './package.json';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The target is the oldest core that county offices still run; the default would move with Vite.
export default defineConfig({
  plugins: [vue(), elementStyles(), precompress()],
  resolve: { alias: { '@': at('src') } },
  define: { __VERSION__: JSON.stringify(about.version), __VUE_I18N_FULL_INSTALL__: false, __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_JIT_COMPILATION__: true, __INTLIFY_DROP_MESSAGE_COMPILER__: false },
  build: {
    target: ['chrome86'],
    cssTarget: 'chrome86',
    sourcemap: false,
    // What nearly every page asks with comes in one file, not in five of half a kilobyte.
    rollupOptions: { output: { onlyExplicitManualChunks: true,
      manualChunks: (id) => (/\/src\/generic\/(use\w+\.ts|ProblemBox\.vue)/.test(id) ? 'asking' : undefined) } },
  },
  // The page's own host reaches the server, which compares it with where a write comes from.
  server: { proxy: { '/api': { target: process.env.WULIAN_SERVER ?? 'http://127.0.0.1:8080', changeOrigin: false } } },
});
