// The folder that a plugin's sql and messages are read from, made for one test.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { root, tempFolder } from '../lib/temp.mjs';

const build = process.env.WULIAN_BUILD || 'build';

/** Where `make tests` puts <name>.so. */
export const built = resolve(root, build, 'test-plugins');

/** The migration that fits tests/plugins/plain.h. */
export const plainSql = (name) => `create schema ${name};
grant usage on schema ${name} to wulian_app;
create table ${name}.thing (
    like core.record including defaults including generated including constraints,
    title text not null,
    state text not null,
    holder uuid,
    primary key (county, id)
);
create index thing_created on ${name}.thing (county, created_at desc, id desc);
create index thing_title on ${name}.thing (county, title, id);
call core.record_table('${name}.thing', '${name}');
`;

const plainTexts = (name) => ({
    [`plugin.${name}`]: name, 'indicator.X01': 'X', 'unit.things': 'things', 'problem.never': 'no', 'rule.never': 'no',
    ...plainLabels,
});

/** What records need to be read by people; those of the plugins here that add to plain.h included. */
export const plainLabels = Object.fromEntries(['thing', 'thing.title', 'thing.state', 'thing.holder',
    'thing.colour', 'thing.state.open', 'thing.state.closed', 'thing.action.close',
    'thing.action.reopen'].map((key) => [key, key]));

/** Settings that make `wulian` load plugin `name` from here. `sql`: its migration, null for none;
 *  `texts`: { zh, en }, either may be undefined for no file; `so`: folder of <name>.so. */
export function settingsOf(name, { sql = plainSql(name), texts, so = built } = {}) {
    const dir = tempFolder();
    const { zh, en } = texts ?? { zh: plainTexts(name), en: plainTexts(name) };
    const put = (path, text) => {
        mkdirSync(join(dir, name, path, '..'), { recursive: true });
        writeFileSync(join(dir, name, path), text);
    };
    mkdirSync(join(dir, name, 'messages'), { recursive: true });
    if (zh) put('messages/zh-CN.json', JSON.stringify(zh));
    if (en) put('messages/en.json', JSON.stringify(en));
    if (sql) put('sql/0001_plain.sql', sql);
    return {
        dir,
        env: { WULIAN_PATHS_PLUGINS: so, WULIAN_PATHS_PLUGINS_SQL: dir,
            WULIAN_PLUGINS_ENABLED: name },
    };
}

/** Settings that make `wulian` load several plain plugins; `options` as above. */
export function settingsOfAll(names, options) {
    const [first, ...rest] = names.map((name) => settingsOf(name, options));
    for (const { dir } of rest) cpSync(dir, first.dir, { recursive: true });
    return { ...first.env, WULIAN_PLUGINS_ENABLED: names.join(' ') };
}
