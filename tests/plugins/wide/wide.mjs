// The plugin `wide` on a server of its own: its settings, and a county where it is on in two townships.
import { join } from 'node:path';

import { HELUKOU, SHUNHE, TUOJIANG, openTwoCounties } from '../../lib/county.mjs';
import { root } from '../../lib/temp.mjs';
import { built } from '../sources.mjs';

/** Settings that make a server load it, and nothing else: startServer({ env: wideEnv }). */
export const wideEnv = {
    WULIAN_PATHS_PLUGINS: built,
    WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
    WULIAN_PLUGINS_ENABLED: 'wide',
};

/** Two counties as openTwoCounties makes them, the plugin on in every township that has a station. */
export async function openWide(server) {
    const world = await openTwoCounties(server);
    for (const [admin, township] of [[world.who.admin, TUOJIANG], [world.who.admin, HELUKOU],
        [world.suyu.admin, SHUNHE]]) {
        const on = await admin.put(`/admin/townships/${township}/plugins/wide`, { enabled: true });
        if (on.status !== 200) throw new Error(`wide: ${JSON.stringify(on.body)}`);
    }
    return world;
}
