// 平急转换: which mode holds where and when, and how each service goes on in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { status } from '../../lib/station.mjs';

const COUNTY_DIV = `${JIANGHUA}000000`, TOWN = `${TUOJIANG}000`, OTHER = `${HELUKOU}000`;
const MODES = ['NORMAL', 'RESTRICTED', 'ONLINE', 'DOORSTEP', 'SUSPENDED']; // ever stricter

// what the seeds say of each service [S0 S4]: how it goes on in the five modes; the rest is [A]
const HOW = {
    GROUP_ACTIVITY: 'ALLOW SUSPEND ONLINE SUSPEND SUSPEND',
    GROUP_WORK: 'ALLOW ONLINE ONLINE ONLINE SUSPEND',
    DAYCARE: 'ALLOW SUSPEND SUSPEND SUSPEND SUSPEND',
    CANTEEN: 'ALLOW SUSPEND SUSPEND SUSPEND SUSPEND',
    MEAL: 'ALLOW CONTACTLESS CONTACTLESS CONTACTLESS CONTACTLESS',
    CALL: 'ALLOW ALLOW ALLOW ALLOW ALLOW',
    ERRAND: 'ALLOW CONTACTLESS CONTACTLESS CONTACTLESS CONTACTLESS',
    CASE_RED: 'ALLOW CONTACTLESS CONTACTLESS CONTACTLESS CONTACTLESS',
    CASE: 'ALLOW ALLOW ONLINE CONTACTLESS ONLINE',
    VISIT: 'ALLOW ALLOW CONTACTLESS CONTACTLESS CONTACTLESS',
    COUNSEL: 'ALLOW ALLOW ONLINE ONLINE ONLINE',
    COURSE: 'ALLOW SUSPEND ONLINE SUSPEND SUSPEND',
    CARE: 'ALLOW ONLINE ONLINE ALLOW SUSPEND',
    WINDOW: 'ALLOW ALLOW ONLINE ONLINE ONLINE',
    TRAINING: 'ALLOW ONLINE ONLINE ONLINE ONLINE',
    VOLUNTEER: 'ALLOW ALLOW CONTACTLESS CONTACTLESS SUSPEND',
};
const ESSENTIAL = ['MEAL', 'CALL', 'ERRAND', 'CASE_RED'];

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '蒋股长'],
        leader: ['county_leader', JIANGHUA, '欧局长'],
        officer: ['township_officer', TUOJIANG, '黄助理'],
        room: ['room_worker', YANGHUA, '赵村社工'],
    }));
});
after(() => server?.stop());

const hours = (n) => new Date(Date.now() + n * 3600e3).toISOString();

/** A switch as given, over a county, an hour ago until further notice. */
const asked = (more) => ({
    div: COUNTY_DIV, title: '应对疫情', scope: 'AREA', mode: 'RESTRICTED', reason: 'EPIDEMIC',
    starts_at: hours(-1), ...more,
});

async function approved(more, by = who.section, decider = who.leader) {
    const made = await status(201, by.post('/station/mode_switches', asked(more)));
    const path = `/station/mode_switches/${made.body.id}`;
    await status(200, decider.act(path, 'approve'));
    return path;
}

async function active(more, by, decider = who.leader) {
    const path = await approved(more, by, decider);
    await status(200, decider.act(path, 'activate'));
    return path;
}

const end = (path, by = who.leader) => status(200, by.act(path, 'end', { end_note: '解除' }));

async function effective(query, caller = who.head) {
    const text = new URLSearchParams(query).toString();
    return (await status(200, caller.get(`/station/modes/effective?${text}`))).body;
}

/** { service: how } at a place. */
async function services(div) {
    const { body } = await status(200, who.head.get(`/station/modes/services?div=${div}`));
    return Object.fromEntries(body.items.map((item) => [item.service, item.how]));
}

const column = (i) => Object.fromEntries(Object.entries(HOW)
    .map(([service, words]) => [service, words.split(' ')[i]]));

test('every service in every mode goes on as the policies say; the essential ones never stop [P12]',
    async () => {
        assert.deepEqual(await services(TOWN), column(0));
        for (const [i, mode] of MODES.entries()) {
            if (mode === 'NORMAL') continue;
            const path = await active({ mode });
            assert.deepEqual(await services(TOWN), column(i), mode);
            for (const service of ESSENTIAL) assert.notEqual(column(i)[service], 'SUSPEND');
            await end(path);
        }
        assert.deepEqual(await services(TOWN), column(0));
        const { body } = await who.head.get('/station/modes/services');
        assert.deepEqual(body.items.filter((item) => item.essential).map((item) => item.service),
            [...ESSENTIAL].sort());
    });

test('of two switches over the same place the stricter holds, whichever came first', async () => {
    for (const [i, first] of MODES.entries()) {
        for (const [k, second] of MODES.entries()) {
            if (i === 0 || k === 0) continue;
            const paths = [await active({ mode: first }),
                await active({ mode: second, overlap_note: '从严执行' })];
            const now = await effective({ div: YANGHUA });
            assert.equal(now.mode, MODES[Math.max(i, k)], `${first} and ${second}`);
            // the end of one leaves the other
            await end(paths[0]);
            assert.equal((await effective({ div: YANGHUA })).mode, second);
            await end(paths[1]);
            assert.equal((await effective({ div: YANGHUA })).mode, 'NORMAL');
        }
    }
});

test('a switch holds in its area, of those it names, and for its services only', async () => {
    const cases = [
        // [the switch, { a question: the mode that answers it }]
        [{ div: COUNTY_DIV }, { [YANGHUA]: 'RESTRICTED', [OTHER]: 'RESTRICTED' }],
        [{ div: TOWN }, { [YANGHUA]: 'RESTRICTED', [TOWN]: 'RESTRICTED', [OTHER]: 'NORMAL',
            [COUNTY_DIV]: 'NORMAL' }],
        [{ div: YANGHUA }, { [YANGHUA]: 'RESTRICTED', [`${TUOJIANG}201`]: 'NORMAL',
            [TOWN]: 'NORMAL' }],
        [{ div: COUNTY_DIV, areas: [{ area: TOWN }] }, { [YANGHUA]: 'RESTRICTED',
            [OTHER]: 'NORMAL', [COUNTY_DIV]: 'NORMAL' }],
        [{ div: COUNTY_DIV, areas: [{ area: TOWN }, { area: OTHER }] }, { [YANGHUA]: 'RESTRICTED',
            [OTHER]: 'RESTRICTED', '431129103000': 'NORMAL' }],
    ];
    for (const [more, answers] of cases) {
        const path = await active(more);
        for (const [div, mode] of Object.entries(answers))
            assert.equal((await effective({ div })).mode, mode, `${JSON.stringify(more)} at ${div}`);
        await end(path);
    }
    const path = await active({ scope: 'SERVICE', services: ['GROUP_ACTIVITY', 'DAYCARE'],
        mode: 'SUSPENDED', reason: 'HEAT' });
    const now = { ...column(0), GROUP_ACTIVITY: 'SUSPEND', DAYCARE: 'SUSPEND' };
    assert.deepEqual(await services(YANGHUA), now);
    assert.equal((await effective({ div: YANGHUA })).mode, 'NORMAL'); // nothing is for all services
    const group = await effective({ div: YANGHUA, service: 'GROUP_ACTIVITY' });
    assert.deepEqual([group.mode, group.how, group.instead, group.reason],
        ['SUSPENDED', 'SUSPEND', 'ONLINE_GROUP', 'HEAT']);
    await end(path);
});

test('it holds from its start to its end, to the minute, and says until when', async () => {
    const path = await approved({ starts_at: hours(1), ends_at: hours(3), mode: 'ONLINE' });
    const at = async (n) => effective({ div: TOWN, service: 'GROUP_ACTIVITY', at: hours(n) });
    assert.deepEqual([(await at(0)).mode, (await at(0.9)).mode, (await at(1.1)).mode,
        (await at(2.9)).mode, (await at(3.1)).mode],
    ['NORMAL', 'NORMAL', 'ONLINE', 'ONLINE', 'NORMAL']);
    const { body } = await who.leader.get(path);
    assert.equal(Date.parse((await at(2)).until), Date.parse(body.ends_at));
    assert.equal((await at(2)).no, body.no);
    assert.match(body.no, /^431129-MS\d{8}-\d{4}$/);
    // by hand it may begin earlier, and end earlier
    await status(200, who.leader.act(path, 'activate'));
    assert.equal((await at(0)).mode, 'ONLINE');
    await end(path);
    assert.equal((await at(0.1)).mode, 'NORMAL');
});

test('what was approved and has not begun can be revoked; what has begun is ended', async () => {
    const later = await approved({ starts_at: hours(5), ends_at: hours(9) });
    const then = async () => (await effective({ div: TOWN, at: hours(6) })).mode;
    assert.equal(await then(), 'RESTRICTED');
    await status(200, who.leader.act(later, 'revoke', { end_note: '预警解除' }));
    assert.equal(await then(), 'NORMAL');
    const begun = await approved({});
    const late = await who.leader.act(begun, 'revoke', { end_note: '误发' });
    assert.deepEqual([late.status, late.body.code], [409, 'mode_switch_begun']);
    await status(200, who.leader.act(begun, 'activate'));
    await end(begun);
});

test('who drafts does not decide; the county decides for the county, a township for its own',
    async () => {
        const draft = (by, more) => by.post('/station/mode_switches', asked(more));
        const county = await status(201, draft(who.admin, {}));
        const path = `/station/mode_switches/${county.body.id}`;
        const own = await who.admin.act(path, 'approve');
        assert.deepEqual([own.status, own.body.code], [403, 'handled_by_you']);
        // a draft holds nowhere
        assert.equal((await effective({ div: TOWN })).mode, 'NORMAL');
        await status(200, who.admin.act(path, 'withdraw', { end_note: '误报' }));

        const refused = await draft(who.officer, { div: COUNTY_DIV });
        assert.notEqual(refused.status, 201, 'a township drafts for the county');
        const outside = await draft(who.head, { div: TOWN, areas: [{ area: OTHER }] });
        assert.deepEqual(faultsOf(outside), { '/areas': 'mode_switch_areas' });
        const town = await approved({ div: TOWN }, who.head, who.officer);
        assert.equal((await who.officer.get(town)).body.decided_by, who.officer.account);
        assert.equal((await who.head.act(town, 'activate')).status, 403);
        await status(200, who.officer.act(town, 'activate'));
        assert.equal((await who.helukou.get(`/station/modes/effective?div=${TOWN}`)).body.mode,
            'RESTRICTED');
        await end(town, who.officer);
        assert.equal((await who.room.post('/station/mode_switches', asked())).status, 403);
        const normal = await draft(who.section, { mode: 'NORMAL' });
        assert.deepEqual(faultsOf(normal), { '/mode': 'mode_switch_mode' });
        const late = await draft(who.section, { ends_at: hours(-2) });
        assert.deepEqual(faultsOf(late), { '/ends_at': 'after' });
    });

test('switches do not meet silently', async () => {
    const path = await active({ div: TOWN }, who.head, who.officer);
    const silent = await who.section.post('/station/mode_switches', asked({ mode: 'SUSPENDED' }));
    assert.deepEqual(faultsOf(silent), { '/overlap_note': 'required_if' });
    // another place, time or service does not meet it
    for (const apart of [{ div: OTHER }, { ends_at: hours(-2), starts_at: hours(-9) }]) {
        const made = await status(201, who.section.post('/station/mode_switches', asked(apart)));
        assert.equal(made.body.overlapping, false, JSON.stringify(apart));
    }
    // two drafts that do not know of each other: whoever decides second has to say so
    await end(path, who.officer);
    const [one, two] = [await who.section.post('/station/mode_switches', asked()),
        await who.section.post('/station/mode_switches', asked({ mode: 'ONLINE' }))]
        .map((made) => `/station/mode_switches/${made.body.id}`);
    await status(200, who.leader.act(one, 'approve'));
    const unaware = await who.leader.act(two, 'approve');
    assert.deepEqual(faultsOf(unaware), { '/overlap_note': 'required_if' });
    const aware = await status(200, who.leader.act(two, 'approve', { overlap_note: '从严执行' }));
    assert.equal(aware.body.overlapping, true);
    for (const each of [one, two]) {
        await status(200, who.leader.act(each, 'activate'));
        await end(each);
    }
});

test('a county settles its own policies, by two people; an essential service it cannot suspend [P12]',
    async () => {
        const draft = (more, by = who.admin) => by.post('/station/service_policies', {
            div: COUNTY_DIV, service: 'VISIT', mode: 'RESTRICTED', how: 'CONTACTLESS',
            effective_from: '2026-01-01', basis: '江民发〔2026〕3号', ...more });
        for (const service of ESSENTIAL) {
            const refused = await draft({ service, how: 'SUSPEND', instead: 'LATER' });
            assert.deepEqual(faultsOf(refused), { '/how': 'service_policy_essential' }, service);
            assert.match(refused.body.errors[0].detail, /essential/);
        }
        // nor does the table take it from anybody else
        await assert.rejects(server.psql(`update core.service_default set how = 'SUSPEND'
            where service = 'MEAL'`), /service_default_essential/);
        await assert.rejects(server.psql(`update core.service_default set essential = false,
            how = 'SUSPEND' where service = 'MEAL'`), /foreign key/);
        const made = await status(201, draft({}));
        const path = `/station/service_policies/${made.body.id}`;
        const visit = () => effective({ div: TOWN, service: 'VISIT' });
        const over = await active({});
        assert.equal((await visit()).how, 'ALLOW'); // a draft changes nothing
        assert.equal((await who.admin.act(path, 'confirm')).body.code, 'handled_by_you');
        await status(200, who.leader.act(path, 'confirm'));
        assert.equal((await visit()).how, 'CONTACTLESS');
        const twice = await status(201, draft({ how: 'ALLOW' }, who.section));
        const refused = await who.leader.act(`/station/service_policies/${twice.body.id}`, 'confirm');
        assert.deepEqual(faultsOf(refused), { '/effective_from': 'service_policy_once' });
        assert.equal((await effective({ div: `${321311001}000`.slice(0, 12), service: 'VISIT' },
            suyu.head)).how, 'ALLOW'); // another county's own
        await status(200, who.leader.act(path, 'end', { reason: '试行结束' }));
        assert.equal((await visit()).how, 'ALLOW');
        await end(over);
    });

test('the county sees every township at a glance, a township its own', async () => {
    const path = await active({ div: COUNTY_DIV, areas: [{ area: OTHER }], mode: 'DOORSTEP',
        ends_at: hours(50) });
    const { body } = await status(200, who.leader.get('/station/modes/overview'));
    assert.equal(body.items.length, 16);
    const of = (div) => body.items.find((item) => item.div === div);
    assert.deepEqual([of(OTHER).mode, of(OTHER).switches, of(TOWN).mode, of(TOWN).switches],
        ['DOORSTEP', 1, 'NORMAL', 0]);
    assert.deepEqual(of(OTHER).suspended, ['CANTEEN', 'COURSE', 'DAYCARE', 'GROUP_ACTIVITY']);
    assert.ok(of(OTHER).contactless.includes('MEAL'));
    assert.deepEqual(of(TOWN).suspended, []);
    const mine = await who.helukou.get('/station/modes/overview');
    assert.deepEqual(mine.body.items.map((item) => item.div), [OTHER]);
    await end(path);
});

test('another county\'s place, an unknown service and bad words are refused', async () => {
    for (const query of ['div=321311001000', 'service=DANCING', 'div=abc', 'at=yesterdayish',
        'at=2026-02-30T08:00:00Z', 'venue=1'])
        await status(400, who.head.get(`/station/modes/effective?${query}`));
    const path = await active({});
    assert.equal((await effective({ div: '321311001000' }, suyu.head)).mode, 'NORMAL');
    assert.equal((await suyu.admin.get(path)).status, 404);
    await end(path);
});
