// What callgrind counted, by module: one of our folders by the name of the source file, everything
// else by the name of its library.
import { basename } from 'node:path';

import { root } from '../lib/temp.mjs';

/** core/http, core (the processes), plugins/elderly; nothing for what is not ours. */
function folderOf(file) {
    if (!file.startsWith(`${root}/`)) return undefined;
    return file.slice(root.length + 1).split('/').slice(0, -1).slice(0, 2).join('/');
}

/** `file`: where the line stands, which a header may have brought into the `home` of a function. */
function moduleOf(object, file, home) {
    return folderOf(file) ?? folderOf(home) ?? basename(object).replace(/(-\d[\d.]*)?\.so.*$/, '');
}

/** The text of one dump → { total, modules: { name: instructions } }, the dearest first. */
export function profileOf(text) {
    const names = { ob: new Map(), fl: new Map() };
    const named = (kind, value) => { // "(7) name" tells a name, "(7)" repeats it
        const [, id, name] = /^\((\d+)\)(?: (.*))?$/.exec(value);
        if (name !== undefined) names[kind].set(id, name);
        return names[kind].get(id);
    };
    const spent = new Map();
    const add = (module, n) => spent.set(module, (spent.get(module) ?? 0) + n);
    let object, file, home, skip;
    for (const line of text.split('\n')) {
        const [, key, value] = /^(c?ob|c?fl|c?fi|fe|calls)=(.*)$/.exec(line) ?? [];
        if (key === 'calls') {
            skip = true; // the next line tells what the callee and its own took: counted there
        } else if (key) {
            const name = named(key.endsWith('ob') ? 'ob' : 'fl', value);
            if (key === 'ob') object = name;
            else if (!key.startsWith('c')) file = name;
            if (key === 'fl') home = name;
        } else if (/^[+*\d-]/.test(line)) {
            if (!skip) add(moduleOf(object, file, home), Number(line.split(' ')[1]));
            skip = false;
        }
    }
    const modules = [...spent].sort((a, b) => b[1] - a[1]);
    return {
        total: modules.reduce((sum, [, n]) => sum + n, 0), modules: Object.fromEntries(modules),
    };
}
