// What an emergency asks of the stations: an incident with its plan, vetted bulletins, orders between
// departments, online groups, registers that do not outlive it, counselling in confidence.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { done as step, idOf, placed as made, status } from '../../lib/station.mjs';
import { PERIOD, earlier } from '../../lib/steps.mjs';

const COUNTY_DIV = `${JIANGHUA}000000`, TOWN = `${TUOJIANG}000`;
const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);

let server, who, suyu;
const at = {}; // what earlier steps made

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '蒋股长'],
        leader: ['county_leader', JIANGHUA, '欧局长'],
        officer: ['township_officer', TUOJIANG, '黄助理'],
        second: ['social_worker', TUOJIANG, '周社工'],
        room: ['room_worker', YANGHUA, '赵村社工'],
        grid: ['grid_worker', YANGHUA, '冯网格员'],
        volunteer: ['volunteer', TUOJIANG, '廖志愿者'],
    }));
});
after(() => server?.stop());


async function resident(name, div = YANGHUA) {
    return idOf(await made(who.head, 'residents', { div, name }));
}

test('an incident is answered by a plan that two people settled, under a named command [P11]',
    async () => {
        at.plan = await made(who.section, 'emergency_plans', {
            div: COUNTY_DIV, title: '公共卫生事件社会服务应急预案', kind: 'EPIDEMIC',
            issue: '江民发〔2026〕1号', effective_from: day(-300),
            steps: [{ phase: '启动', measure: '聚集性服务暂停，助餐和问候不停', unit: '县民政局' },
                { phase: '处置', measure: '社工转线上，按兴趣建群' }],
            experience: '汶川5·12：陪伴先于建议；天津港爆炸：信息归口；武汉封城：送餐、买药不能断。',
        });
        assert.equal((await who.section.act(at.plan, 'adopt')).status, 403);
        assert.equal((await step(who.leader, at.plan, 'adopt')).state, 'adopted');

        at.incident = await made(who.section, 'incidents', {
            div: COUNTY_DIV, title: '输入性疫情', kind: 'EPIDEMIC', level: 'L3',
            started_at: earlier(60),
        });
        const early = await who.leader.act(at.incident, 'respond', { level: 'L2' });
        assert.deepEqual(faultsOf(early), { '/commander': 'required' });
        const responding = await step(who.leader, at.incident, 'respond', {
            commander: who.leader.account, level: 'L2', plan: idOf(at.plan),
            command: [{ duty: '医疗救治', unit: '县卫健局', name: '何医生' },
                { duty: '社会服务', unit: '社工总站' }],
        });
        assert.equal(responding.state, 'responding');
        assert.match(responding.no, /^431129-EI/);
        // a township reads its plan and acts by it, but does not answer for the county
        const read = (await status(200, who.worker.get(at.plan))).body;
        assert.match(read.experience, /汶川/);
        assert.equal((await who.officer.act(at.incident, 'adjust', { level: 'L1', reason: '升级' }))
            .status, 403);
        assert.equal((await step(who.leader, at.incident, 'adjust',
            { level: 'L1', reason: '病例增加' })).level, 'L1');
        assert.equal((await suyu.admin.get(at.incident)).status, 404);
        const report = await who.admin.get(`/reports/CM-01?period=${PERIOD}`);
        const m40 = report.body.indicators.find(({ code }) => code === 'M40');
        assert.deepEqual(m40.by_kind.map(({ kind, value }) => [kind, value]), [['EPIDEMIC', 1]]);
    });

const bulletin = (more) => ({
    div: TOWN, title: '关于复工复学时间的通告', topic: 'RETURN', content: '原定返校时间推迟，另行通知。',
    issuer: '县疫情防控指挥部', source_url: 'https://www.jh.gov.cn/tg/2026-03.html', ...more,
});

test('official information is passed on when somebody else has vetted it; a rumour is countered [P01]',
    async () => {
        const noSource = await who.worker.post('/station/bulletins',
            bulletin({ source_url: undefined }));
        assert.deepEqual(faultsOf(noSource), { '/source_url': 'required_if' });
        const hearsay = await who.worker.post('/station/bulletins', bulletin({ source_url: '听说的' }));
        assert.deepEqual(faultsOf(hearsay), { '/source_url': 'bulletin_source' });
        const rumour = await who.worker.post('/station/bulletins', bulletin({ topic: 'RUMOUR' }));
        assert.deepEqual(faultsOf(rumour), { '/counters': 'required_if' });

        at.bulletin = await made(who.officer, 'bulletins', bulletin({
            topic: 'RUMOUR', title: '全县并未封城', counters: '网传全县封城、超市断货',
            incident: idOf(at.incident),
        }));
        const own = await who.officer.act(at.bulletin, 'vet');
        assert.deepEqual([own.status, own.body.code], [403, 'handled_by_you']);
        assert.equal((await who.officer.act(at.bulletin, 'publish')).body.code, 'wrong_state');
        assert.equal((await who.worker.act(at.bulletin, 'vet')).status, 403);
        assert.equal((await step(who.leader, at.bulletin, 'vet')).vetted_by, who.leader.account);
        // what was vetted is what is published
        const now = await who.officer.get(at.bulletin);
        const changed = await who.officer.patch(at.bulletin, { content: '改了' }, now.etag);
        assert.notEqual(changed.status, 200);
        await step(who.leader, at.bulletin, 'return', { reason: '来源要写清' });
        await status(200, who.officer.patch(at.bulletin, { source_at: day(0) },
            (await who.officer.get(at.bulletin)).etag));
        assert.equal((await who.officer.act(at.bulletin, 'publish')).body.code, 'wrong_state');
        await step(who.leader, at.bulletin, 'vet');
        assert.equal((await step(who.officer, at.bulletin, 'publish')).state, 'published');
        // the whole county reads it, volunteers too; another county does not
        for (const caller of [who.helukou, who.volunteer, who.room])
            assert.equal((await caller.get(at.bulletin)).body.counters, '网传全县封城、超市断货');
        assert.equal((await suyu.head.get(at.bulletin)).status, 404);
        // the table holds it too: nobody vets their own
        await assert.rejects(server.psql(`update station.bulletin set vetted_by = writer
            where id = '${idOf(at.bulletin)}'`), /bulletin_vetted/);
    });

test('prevention is made known house by house, and what was reached is counted [P02]', async () => {
    const prevention = await made(who.officer, 'bulletins', bulletin({
        topic: 'PREVENTION', title: '老年人居家防护', content: '勤洗手、少聚集、按时吃药。',
        source_url: undefined, source_at: day(0) }));
    await step(who.section, prevention, 'vet');
    await step(who.section, prevention, 'publish');
    const relay = (caller, more) => made(caller, 'bulletin_relays',
        { bulletin: idOf(prevention), channel: 'DOOR', relayed_at: earlier(30), ...more });
    await relay(who.room, { div: YANGHUA, households: 86 });
    await relay(who.helukou, { div: `${HELUKOU}000`, channel: 'BROADCAST', households: 410, persons: 1400 });
    const nothing = await who.room.post('/station/bulletin_relays',
        { bulletin: idOf(prevention), channel: 'BOARD', relayed_at: earlier(30) });
    assert.deepEqual(faultsOf(nothing), { '/households': 'any_of' });
    const { body } = await who.admin.get(`/reports/CM-01?period=${PERIOD}`);
    const of = (code) => body.indicators.find((item) => item.code === code);
    assert.equal(of('EM2').value, 2);
    assert.equal(of('EM3').value, 496);
    assert.deepEqual(of('EM3').by_township.map(({ value }) => value).sort((a, b) => a - b), [86, 410]);
});

test('more than 120 workers go online within a day, in groups by food, music and dance [P06]',
    async () => {
        const groups = {};
        for (const [theme, name, workers] of [['FOOD', '美食群', 45], ['MUSIC', '音乐群', 40],
            ['DANCE', '舞蹈群', 38]])
            groups[theme] = await made(who.worker, 'online_groups', {
                name, theme, platform: 'WECHAT', host: who.worker.account, members: 150, workers,
                incident: idOf(at.incident), opened_on: day(0) });
        const { body } = await who.head.get(
            `/station/online_groups?opened_on.eq=${day(0)}&incident.eq=${idOf(at.incident)}`);
        assert.deepEqual(new Set(body.items.map(({ theme }) => theme)),
            new Set(['FOOD', 'MUSIC', 'DANCE']));
        assert.ok(body.items.reduce((sum, { workers }) => sum + workers, 0) >= 120);
        await made(who.worker, 'online_sessions', { online_group: idOf(groups.FOOD),
            topic: '跟着视频做荞粑', held_at: earlier(60), minutes: 60, heads: 97 });
        await made(who.worker, 'online_sessions', { online_group: idOf(groups.DANCE),
            topic: '阳台长鼓舞', held_at: earlier(30), minutes: 40, heads: 64 });
        const report = await who.head.get(`/reports/SM-01?period=${PERIOD}`);
        const em5 = report.body.indicators.find(({ code }) => code === 'EM5');
        assert.deepEqual(Object.fromEntries(em5.by_kind.map(({ kind, value }) => [kind, value])),
            { FOOD: 97, DANCE: 64 });
        await step(who.worker, groups.MUSIC, 'close', { reason: '并入舞蹈群' });
        const late = await who.worker.act(groups.MUSIC, 'close', { reason: '再关' });
        assert.equal(late.body.code, 'wrong_state');
    });

test('a need goes up to a department, a task down to cadres; each is answered and checked [P08 P09]',
    async () => {
        const person = await resident('盘大娘');
        const request = await made(who.worker, 'requests', { person, channel: 'CLUE',
            category: 'OTHER', domain: 'A', urgency: 'U2', content: '透析病人无车可去县医院' });
        await step(who.head, request, 'accept');
        await step(who.head, request, 'assign', { staff: who.worker.account });
        await step(who.worker, request, 'start');
        const up = await made(who.worker, 'linkage_orders', {
            div: TOWN, way: 'UP', party: 'DEPT', unit: '县卫健局', urgency: 'U2',
            request: idOf(request), incident: idOf(at.incident), subject: '透析病人转运',
            content: '每周二、五需专车往返' });
        assert.equal((await who.worker.get(request)).body.plugin_ref,
            `station.linkage_order:${idOf(up)}`);
        const sent = (await who.worker.get(up)).body;
        assert.equal((Date.parse(sent.due_reply_at) - Date.now() > 7.9 * 3600e3), true);
        await step(who.section, up, 'accept');
        assert.deepEqual(faultsOf(await who.section.act(up, 'reply', {})), { '/reply': 'required' });
        const replied = await step(who.section, up, 'reply', { reply: '已协调救护车，每周二、五接送' });
        assert.equal(replied.replied_by, who.section.account);
        assert.equal((await who.section.act(up, 'close')).body.code, 'handled_by_you');
        await step(who.head, up, 'return', { reason: '周五司机联系不上' });
        await step(who.section, up, 'reply', { reply: '已换司机并留电话' });
        assert.equal((await step(who.head, up, 'close')).returns, 1);

        // downwards, to grass-roots cadres, counted by heads
        const down = await made(who.section, 'linkage_orders', {
            div: TOWN, way: 'DOWN', party: 'CADRE', unit: '沱江镇各村（居）', urgency: 'U3',
            incident: idOf(at.incident), subject: '动员村组干部逐户排查', content: '三日内完成' });
        const department = await who.section.post('/station/linkage_orders', { div: TOWN,
            way: 'DOWN', party: 'DEPT', unit: '县公安局', urgency: 'U3', subject: '设卡', content: '设卡',
            cadres: 5 });
        assert.deepEqual(faultsOf(department), { '/cadres': 'forbidden_if' });
        assert.equal((await who.helukou.get(down)).status, 404); // another township's task
        await step(who.head, down, 'accept');
        assert.equal((await step(who.head, down, 'reply', { reply: '已排查完毕', cadres: 62 })).cadres, 62);
        await step(who.section, down, 'close');

        // unanswered ones come to light
        const slow = await made(who.section, 'linkage_orders', { div: TOWN, way: 'ACROSS',
            party: 'REGION', unit: '道县民政局', urgency: 'U1', subject: '跨县返乡人员信息',
            content: '请核对名单' });
        await server.psql(`update station.linkage_order set due_reply_at = now() - interval '1 hour'
            where id = '${idOf(slow)}'`);
        const { body } = await who.section.get('/station/linkage_orders?overdue=due_reply_at');
        assert.deepEqual(body.items.map(({ id }) => id), [idOf(slow)]);
    });

test('government, medical and psychological teams and committees settle it together [P10]',
    async () => {
        const alone = await who.section.post('/station/conferences', { div: COUNTY_DIV,
            title: '只有一家', form: 'ONLINE', held_at: earlier(0),
            agencies: [{ party: 'DEPT', unit: '县民政局' }] });
        assert.equal(alone.status, 422);
        const conference = await made(who.section, 'conferences', {
            div: COUNTY_DIV, title: '隔离人员生活与心理保障', incident: idOf(at.incident), form: 'BOTH',
            held_at: earlier(30), agencies: [
                { party: 'DEPT', unit: '县民政局', person: '蒋股长' },
                { party: 'MEDICAL', unit: '县人民医院', view: '提供远程问诊' },
                { party: 'PSYCH', unit: '县心理卫生协会', view: '每晚热线' },
                { party: 'COMMITTEE', unit: '阳华社区居委会' }] });
        await step(who.section, conference, 'hold', { decisions: '一户一策，专人包保' });
        const order = await made(who.section, 'linkage_orders', { div: TOWN, way: 'ACROSS',
            party: 'PSYCH', unit: '县心理卫生协会', conference: idOf(conference), urgency: 'U3',
            subject: '开通夜间心理热线', content: '18:00–22:00' });
        const open = await who.leader.act(conference, 'close');
        assert.deepEqual([open.status, open.body.code], [409, 'conference_orders_open']);
        await step(who.head, order, 'reply', { reply: '已开通' });
        await step(who.section, order, 'close');
        assert.equal((await step(who.leader, conference, 'close')).state, 'closed');
        assert.equal((await who.section.get(conference)).body.agencies.length, 4);
    });

test('counselling of people in quarantine and their families is for its named readers alone [P07]',
    async () => {
        const person = await resident('隔离的老李');
        const path = await made(who.worker, 'counsellings', {
            incident: idOf(at.incident), person, subject: 'QUARANTINED', way: 'PHONE',
            held_at: earlier(30), minutes: 35, mood_before: 3, mood_after: 6,
            notes: '担心独居母亲无人照看，夜里哭泣' });
        assert.equal((await who.worker.get(path)).body.notes, '担心独居母亲无人照看，夜里哭泣');
        for (const other of [who.second, who.head, who.section])
            assert.equal((await other.get(path)).status, 404);
        assert.deepEqual((await who.head.get('/station/counsellings')).body.items, []);
        const { etag } = await who.worker.get(`${path}/readers`);
        await status(200, who.worker.call('PUT', `${path}/readers`,
            { readers: [who.worker.account, who.second.account] }, { 'If-Match': etag }));
        assert.equal((await who.second.get(path)).status, 200);
        assert.equal((await who.head.get(path)).status, 404);
        for (const subject of ['FAMILY', 'PATIENT', 'PATIENT_FAMILY'])
            await made(who.worker, 'counsellings', { incident: idOf(at.incident), subject,
                way: 'VIDEO', held_at: earlier(30), minutes: 20, notes: '倾听与陪伴' });
        assert.equal((await who.worker.get('/station/counsellings')).body.items.length, 4);
    });
