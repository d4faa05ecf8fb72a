// The star review: scored by station, township and county in turn, judged above, noticed in public,
// granted and withdrawn; the server adds up and reads the star from the scheme's thresholds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const SCHEMES = '/station/star_schemes', ITEMS = '/station/star_items';
const REVIEWS = '/station/star_reviews', SCORES = '/station/star_scores';
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);
const HUNAN = {
    name: '湖南省社工站星级评定（2023）', template: 'HN2023', year: 2023, base_points: 130,
    bonus_points: 20, five_from: 110, four_from: 100,
};

let server, who, suyu, stations, scheme;

async function must(promise, status = 201) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
}

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '义科员'],
        officer: ['township_officer', TUOJIANG, '赵主任'],
    }));
});
after(() => server?.stop());

test('the scheme is data: a template of 130 and 20 points, mended before it counts [K03]', async () => {
    const wrong = await who.section.post(SCHEMES, { ...HUNAN, five_from: 100, four_from: 110 });
    assert.deepEqual(faultsOf(wrong), { '/five_from': 'star_scheme_order' });
    const made = await must(who.section.post(SCHEMES, HUNAN));
    scheme = { id: made.id, path: `${SCHEMES}/${made.id}` };
    const { items } = (await who.head.get(`${ITEMS}?scheme.eq=${made.id}&sort=code&limit=100`)).body;
    const first = items.filter(({ parent }) => !parent);
    assert.deepEqual(first.map(({ name }) => name),
        ['规范化', '职业化', '信息化', '专业化', '社会化', '创新加分']);
    const sum = (rows) => rows.reduce((all, { points }) => all + Number(points), 0);
    assert.equal(sum(first), 150);
    assert.equal(sum(first.filter(({ bonus }) => bonus)), 20);
    assert.ok(items.some(({ confirmed }) => !confirmed)); // our assumption, said so
    const leaf = items.find(({ code }) => code === '1.1');
    const path = `${ITEMS}/${leaf.id}`;
    const etag = async () => (await who.section.get(path)).etag;
    await must(who.section.patch(path, { points: '11.0' }, await etag()), 200);
    assert.equal((await who.section.act(scheme.path, 'activate')).body.code, 'star_scheme_points');
    await must(who.section.patch(path, { points: '10.0', confirmed: true }, await etag()), 200);
    assert.equal((await must(who.section.act(scheme.path, 'activate'), 200)).state, 'active');
    const late = await who.section.patch(path, { points: '12.0' }, await etag());
    assert.deepEqual(faultsOf(late), { '/scheme': 'star_item_scheme_fixed' });
});

/** Gives every indicator its points less what `total` falls short of 150, in one step. */
async function score(caller, review, action, field, total) {
    const scores = (await caller.get(`${SCORES}?review.eq=${review}&limit=100`)).body.items;
    const items = (await caller.get(`${ITEMS}?scheme.eq=${scheme.id}&limit=100`)).body.items;
    let short = 150 - total;
    for (const { id, item } of scores) {
        const { points } = items.find((one) => one.id === item);
        const less = Math.min(short, Number(points));
        short -= less;
        await must(caller.act(`${SCORES}/${id}`, action,
            { [field]: (Number(points) - less).toFixed(1) }), 200);
    }
}

/** A review that city and province judged: its own, the township's and the county's scores first. */
async function judged(year, province) {
    const made = await must(who.head.post(REVIEWS, { year, scheme: scheme.id }));
    const path = `${REVIEWS}/${made.id}`;
    await score(who.head, made.id, 'score_self', 'self_points', 128);
    await must(who.head.act(path, 'submit'), 200);
    await score(who.officer, made.id, 'score_township', 'township_points', 120);
    await must(who.officer.act(path, 'check'), 200);
    await score(who.section, made.id, 'score_county', 'county_points', 112.5);
    const reviewed = await must(who.section.act(path, 'review'), 200);
    assert.deepEqual([reviewed.self_total, reviewed.township_total, reviewed.county_total],
        ['128.0', '120.0', '112.5']);
    await must(who.section.act(path, 'city', { city_total: '111.0' }), 200);
    await must(who.section.act(path, 'province', { province_total: province }), 200);
    return { path, id: made.id };
}

test('each scores in its turn, and no more than an indicator has [K03]', async () => {
    const made = await must(who.head.post(REVIEWS, { year: 2021, scheme: scheme.id }));
    const path = `${REVIEWS}/${made.id}`;
    assert.deepEqual(faultsOf(await who.head.post(REVIEWS, { year: 2021, scheme: scheme.id })),
        { '/year': 'star_review_once' });
    assert.equal((await who.head.act(path, 'submit')).body.code, 'star_review_unscored');
    const { items } = (await who.head.get(`${SCORES}?review.eq=${made.id}&limit=100`)).body;
    assert.equal(items.length, 11); // what is scored: no indicator that has parts
    const one = `${SCORES}/${items[0].id}`;
    assert.equal((await who.head.post(SCORES, { review: made.id, item: items[0].item })).status, 405);
    assert.deepEqual(faultsOf(await who.head.act(one, 'score_self', { self_points: '99.0' })),
        { '/self_points': 'star_score_above' });
    assert.equal((await who.officer.act(one, 'score_township', { township_points: '1.0' }))
        .body.code, 'star_score_not_now');
    assert.equal((await who.head.act(one, 'score_county', { county_points: '1.0' })).status, 403);
    assert.equal((await who.helukou.get(path)).status, 404);
    assert.equal((await suyu.admin.get(path)).status, 404);
    await score(who.head, made.id, 'score_self', 'self_points', 130);
    await must(who.head.act(path, 'submit'), 200);
    const back = await must(who.officer.act(path, 'return', { reason: '佐证不全' }), 200);
    assert.equal(back.state, 'draft');
});

const NOTICED = { publicity_from: '2026-09-01', publicity_until: '2026-09-08' };

for (const [year, total, stars] of [[2022, '110.0', 5], [2023, '109.9', 4], [2024, '100.0', 4]])
    test(`${total} points make ${stars} stars [K03]`, async () => {
        const { path } = await judged(year, total);
        const short = { ...NOTICED, publicity_until: '2026-09-07' }; // six days
        assert.deepEqual(faultsOf(await who.section.act(path, 'publicise', short)),
            { '/publicity_until': 'star_review_short' });
        const noticed = await must(who.section.act(path, 'publicise', NOTICED), 200);
        assert.deepEqual([noticed.state, noticed.stars], ['publicity', stars]);
    });

test('99.9 points make none [K03]', async () => {
    const { path } = await judged(2025, '99.9');
    assert.equal((await who.section.act(path, 'publicise', NOTICED)).body.code,
        'star_review_below');
    assert.equal((await must(who.section.act(path, 'refuse', { reason: '未达四星' }), 200)).state,
        'refused');
});

test('a granted star stands with the station, until it is withdrawn [K03]', async () => {
    const { path } = await judged(2026, '118.5');
    const station = async () => (await who.admin.get(`/admin/org_units/${stations[TUOJIANG]}`)).body;
    const tomorrow = new Date(Date.now() + 32 * 3600e3).toISOString().slice(0, 10);
    const running = { publicity_from: '2026-11-01', publicity_until: tomorrow };
    await must(who.section.act(path, 'publicise', running), 200);
    assert.equal((await who.section.act(path, 'grant', { batch: '首批' })).body.code,
        'star_review_publicity');
    await server.psql(`update station.star_review set publicity_until = '2026-11-08'
        where province_total = 118.5`); // the days pass
    const granted = await must(who.section.act(path, 'grant', { batch: '全省首批五星' }), 200);
    assert.deepEqual([granted.state, granted.stars], ['granted', 5]);
    assert.deepEqual([(await station()).star, (await station()).star_batch], [5, '全省首批五星']);
    const report = await who.admin.get(`/reports/CM-01?period=${PERIOD}`);
    assert.deepEqual(report.body.indicators.find(({ code }) => code === 'Y03').by_kind
        .map(({ kind, value }) => [kind, value]), [['5', 1]]);

    // what an earlier year brings, or loses, leaves it as it is
    const { items } = (await who.section.get(`${REVIEWS}?limit=50`)).body;
    const before = `${REVIEWS}/${items.find(({ year }) => year === 2024).id}`;
    await must(who.section.act(before, 'grant', { batch: '补授' }), 200);
    assert.deepEqual([(await station()).star, (await station()).star_batch], [5, '全省首批五星']);
    await must(who.section.act(before, 'withdraw', { reason: '补授有误' }), 200);
    assert.equal((await station()).star, 5);

    await must(who.section.act(path, 'recheck', { note: '外市交叉复查，档案不实' }), 200);
    await must(who.section.act(path, 'withdraw', { reason: '复查不合格' }), 200);
    assert.equal((await station()).star, null);
});
