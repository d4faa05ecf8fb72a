// The plugin `everything` on a server of its own: its settings, and a county where it is on.
import { join } from 'node:path';

import { TUOJIANG, openTwoCounties } from '../../lib/county.mjs';
import { root } from '../../lib/temp.mjs';
import { built } from '../sources.mjs';

/** Settings that make a server load it, and nothing else: startServer({ env: everythingEnv }). */
export const everythingEnv = {
    WULIAN_PATHS_PLUGINS: built,
    WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
    WULIAN_PLUGINS_ENABLED: 'everything',
};

/** Two counties as openTwoCounties makes them, the plugin on in Tuojiang. */
export async function openEverything(server) {
    const world = await openTwoCounties(server);
    const on = await world.who.admin.put(`/admin/townships/${TUOJIANG}/plugins/everything`,
        { enabled: true });
    if (on.status !== 200) throw new Error(`everything: ${JSON.stringify(on.body)}`);
    return world;
}

let n = 0;
/** A body that is right in every rule, with a code of its own. */
export const goodThing = (more = {}) => ({
    code: `C-${process.pid}-${++n}`, name: '单秀英', phone: '13807465678', active: true,
    begins: '2026-01-05', kind: 'PLAIN', ...more,
});
