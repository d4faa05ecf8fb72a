import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Plugin } from 'vite';

const COMPONENTS = fileURLToPath(new URL('../node_modules/element-plus/es/components/', import.meta.url));
const TAKEN = /import\s*\{([^}]*)\}\s*from\s*["']element-plus["']/g;
const folderOf = (name: string) => name.slice(2).replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();

/** Brings the style of each Element Plus component that a file imports: a page loads what it shows. */
export function elementStyles(): Plugin {
  return {
    name: 'element-styles',
    transform(code, id) {
      if (id.includes('node_modules')) return null;
      const names = [...code.matchAll(TAKEN)].flatMap(([, list]) => list.split(',').map((name) => name.trim().split(' ')[0]));
      const folders = names.filter((name) => /^El[A-Z]/.test(name)).map(folderOf)
        .filter((folder) => existsSync(`${COMPONENTS}${folder}/style/css.mjs`));
      if (!folders.length) return null;
      return { code: folders.map((folder) => `import "element-plus/es/components/${folder}/style/css";`).join('') + code, map: null };
    },
  };
}
