// People search over half a million residents of one county, whose names are as common as names
// are: how long a first page takes, asked one at a time, at each width of scope.
import { performance } from 'node:perf_hooks';

import { Caller } from '../lib/api.mjs';
import { openCounty, openStations, people } from '../lib/county.mjs';
import { median } from './load.mjs';
import { scale } from './world.mjs';

const county = 431129;
const township = '431129100';
const residents = Math.round(5e5 * scale);

// Shares of the most common surnames, in thousandths; what is left is spread over the others.
const surnames = `王wang 72 李li 72 张zhang 68 刘liu 54 陈chen 45 杨yang 31 黄huang 22 赵zhao 21
    吴wu 20 周zhou 19 徐xu 15 孙sun 15 马ma 13 朱zhu 13 胡hu 12 郭guo 12 何he 11 林lin 11 高gao 10
    罗luo 10 盘pan 40 奉feng 30 唐tang 9 邓deng 8 曹cao 7 单shan 1 仇qiu 1 解xie 1 区ou 1 查zha 1`;
const given = `秀xiu 英ying 桂gui 兰lan 建jian 国guo 玉yu 志zhi 强qiang 春chun 梅mei 德de 明ming 小xiao
    红hong 伟wei 芳fang 敏min 静jing 丽li 军jun 洋yang 勇yong 艳yan 杰jie 娟juan 涛tao 超chao 霞xia
    平ping 刚gang 文wen 华hua 金jin 凤feng 辉hui 云yun 林lin 海hai 荣rong`;

const pairs = (text) => text.trim().split(/\s+/)
    .map((word) => [[...word][0], [...word].slice(1).join('')]);

/** surnames repeated by their share: one array each of characters and of syllables. */
function drawn() {
    const words = surnames.trim().split(/\s+/);
    const out = [];
    for (let i = 0; i < words.length; i += 2)
        for (let k = 0; k < Number(words[i + 1]); k++) out.push(pairs(words[i])[0]);
    return out;
}

const array = (list) => `array[${list.map((text) => `'${text}'`).join(',')}]`;

async function seed(server) {
    const first = drawn();
    const more = pairs(given);
    const pick = (list, column, n) => `(${array(list.map((row) => row[column]))})[1 + ${n} % ${list.length}]`;
    const full = (column) => `${pick(first, column, 'a')} || ${pick(more, column, 'b')}
        || case when c % 4 > 0 then ${pick(more, column, 'c')} else '' end`;
    await server.psql(`
        insert into station.resident (county, id, div, org, change, created_by, updated_by, name, name_py,
            name_pi, id_number_enc, id_number_idx, id_number_mask, sex, birth)
        select ${county}, gen_random_uuid(), div, id, id, id, id, name, py,
            left(py1, 1) || left(py2, 1) || left(py3, 1), hash, hash, '431129********0000', '1',
            date '1940-01-01' + (n % 25000)
          from (select n, v.code as div, u.id, sha256(n::text::bytea) as hash, ${full(0)} as name,
                       ${full(1)} as py, ${pick(first, 1, 'a')} as py1, ${pick(more, 1, 'b')} as py2,
                       case when c % 4 > 0 then ${pick(more, 1, 'c')} else '' end as py3
                  from (select n, hashint4(n) & 65535 as a, hashint4(n + 7) & 65535 as b,
                               hashint4(n + 13) & 65535 as c, hashint4(n + 29) & 65535 as d
                          from generate_series(1, ${residents}) n) x,
                       (select array_agg(code) as codes from core.division
                         where level = 5 and code / 1000000 = ${county}) all_villages,
                       lateral (select codes[1 + d % cardinality(codes)] as code) v,
                       (select id from admin.org_unit where county = ${county} and kind = 'STATION'
                         limit 1) u) y`);
    await server.psql('vacuum (analyze) station.resident');
}

const asks = {
    name1: () => ({ name: any(['王', '李', '张', '刘', '盘', '单']) }),
    name2: () => ({ name: any(['王', '李', '陈', '盘']) + any(pairs(given))[0] }),
    name3: () => ({ name: any(['王', '李', '陈', '奉']) + any(pairs(given))[0] + any(pairs(given))[0] }),
    initials: () => ({ pinyin: any(['w', 'l', 'z', 'p']) + any(pairs(given))[1][0] }),
    pinyin: () => ({ pinyin: any(['wang', 'li', 'shan']) + any(pairs(given))[1] }),
    id_number: () => ({ id_number: '11010519491231002X' }),
};

function any(list) {
    return list[Math.floor(Math.random() * list.length)];
}

function round(ms) {
    return Number(ms.toPrecision(3));
}

async function sample(caller, ask, times) {
    const taken = [];
    let found = 0;
    for (let i = 0; i < times; i++) {
        const body = ask();
        const began = performance.now();
        const answer = await caller.post('/station/residents/search', body);
        taken.push(performance.now() - began);
        if (answer.status !== 200) throw new Error(`search: ${JSON.stringify(answer.body)}`);
        found += answer.body.items.length;
    }
    if (!found && ask === asks.name1) throw new Error('search: nobody was found');
    taken.sort((a, b) => a - b);
    return { p50_ms: round(median(taken)), p95_ms: round(taken[Math.floor(taken.length * 0.95)]) };
}

/** { residents, county: { name1: { p50_ms, p95_ms }, … }, township: …, village: … } */
export async function searchTimes(server, say, times = 200) {
    await openCounty(server, county);
    const { admin } = await people(server, county, { admin: ['county_admin', county, '何局员'] });
    await openStations(admin, { [township]: '沱江镇' });
    const at = await people(server, county, {
        county: ['county_section', county, '县科员'], township: ['station_head', township, '李站长'],
        village: ['room_worker', `${township}010`, '村社工'],
    });
    await seed(server);
    say(`search: ${residents} residents in one county`);
    const result = { residents };
    for (const [width, caller] of Object.entries(at)) {
        result[width] = {};
        for (const [name, ask] of Object.entries(asks)) {
            await sample(new Caller(server.base, caller.token), ask, 20);
            result[width][name] = await sample(caller, ask, times);
            const { p50_ms, p95_ms } = result[width][name];
            say(`search by ${name} in the ${width}: p50 ${p50_ms} ms, p95 ${p95_ms} ms`);
        }
    }
    return result;
}
