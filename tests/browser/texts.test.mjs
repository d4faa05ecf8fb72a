// The console's own texts: the same keys and places in both languages, each key the sources name is
// there, and none stands there for nothing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../lib/temp.mjs';

const SRC = join(root, 'web', 'src');
const filesOf = (dir) => readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(dir, entry.name)) : [join(dir, entry.name)]);

function textsOf(language) {
    const texts = new Map();
    const take = (value, at, file) => {
        if (typeof value !== 'string')
            return Object.entries(value).forEach(([key, below]) => take(below, at ? `${at}.${key}` : key, file));
        assert.ok(!texts.has(at), `${file} says ${at} again`);
        texts.set(at, value);
    };
    const dir = join(SRC, 'i18n', language);
    const parts = new Map(); // a part's texts stand in one file: the console lays the files over each other
    for (const file of readdirSync(dir)) {
        const given = JSON.parse(readFileSync(join(dir, file), 'utf8'));
        for (const part of Object.keys(given)) {
            assert.ok(!parts.has(part), `${part} stands in ${parts.get(part)} and ${file}`);
            parts.set(part, file);
        }
        take(given, '', file);
    }
    return texts;
}

const zh = textsOf('zh-CN');
const en = textsOf('en');
const sources = filesOf(SRC).filter((file) => /\.(vue|ts)$/.test(file)).map((file) => readFileSync(file, 'utf8')).join('\n');
const placesOf = (text) => [...text.matchAll(/\{([a-z_]+)\}/gi)].map(([, name]) => name).sort();

test('both languages say the same things, with the same places to fill', () => {
    assert.deepEqual([...en.keys()].sort(), [...zh.keys()].sort());
    for (const [key, text] of zh) assert.deepEqual(placesOf(en.get(key)), placesOf(text), key);
    for (const [key, text] of [...zh, ...en]) assert.notEqual(text.trim(), '', key);
});

test('every text the sources name is there', () => {
    const named = [...sources.matchAll(/\bt\(\s*(?:[^'"`()]*\?\s*)?'([a-z_0-9]+(?:\.[a-z_0-9]+)+)'/gi)].map(([, key]) => key);
    assert.ok(named.length > 100, `found only ${named.length}`);
    assert.deepEqual([...new Set(named.filter((key) => !zh.has(key)))], []);
});

test('the field page is content with its own texts, and leaves them to itself', () => {
    const isField = (file) => file.startsWith(join(SRC, 'm/'));
    const own = (wanted) => new Set(filesOf(SRC).filter((file) => /\.(vue|ts)$/.test(file) && isField(file) === wanted)
        .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bt\(\s*(?:[^'"`()]*\?\s*)?['`]([a-z_]+)\./gi)])
        .map(([, part]) => part));
    assert.deepEqual([...own(true)], ['field']);
    assert.equal(own(false).has('field'), false);
});

test('no text stands there for nothing', () => {
    // A key may be put together: `state.${name}` speaks for all below "state.".
    const begun = [...sources.matchAll(/`([a-z_0-9]+(?:\.[a-z_0-9]+)*\.)\$\{/gi)].map(([, prefix]) => prefix);
    const used = (key) => sources.includes(`'${key}'`) || begun.some((prefix) => key.startsWith(prefix));
    assert.deepEqual([...zh.keys()].filter((key) => !used(key)), []);
});
