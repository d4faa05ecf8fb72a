// The three-level network of stations as its people keep it: units with their dates, rooms, sites they
// share, the standard they are held to, demonstration sites, the workers' cards, and how far it reaches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, SUYU, TUOJIANG, faultAt, openCounty, people, villagesOf }
    from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';

const UNITS = '/admin/org_units';
let server, who, suyu;
const made = {}; // what earlier steps made

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    await openCounty(server, SUYU);
    who = await people(server, JIANGHUA, {
        admin: ['county_admin', JIANGHUA, '何局员'], section: ['county_section', JIANGHUA, '社工股'],
        leader: ['county_leader', JIANGHUA, '李局长'],
    });
    suyu = await people(server, SUYU, { admin: ['county_admin', SUYU, '宿豫管理员'] });
});
after(() => server?.stop());

async function ok(promise, status = 201) {
    const answer = await promise;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer;
}

/** A unit of the network as it is entered. */
const unit = (kind, div, name, more) => who.admin.post(UNITS, { div, kind, name, ...more });
const RUNNING = { status: 'OPERATING', plaque_date: '2021-12-30', entity_op_date: '2022-06-30' };

async function coverage(caller, query = '') {
    const { body } = await ok(caller.get(`/station/coverage${query}`), 200);
    return { all: body.items.at(-1), towns: body.items.slice(0, -1) };
}

test('sixteen stations and 112 rooms stand in a tree below the county, and reach is counted [K01 K02]',
    async () => {
        const { body } = await ok(who.admin.get(`/divisions?parent=${JIANGHUA}000000`), 200);
        const towns = body.items.map(({ code }) => String(code));
        assert.equal(towns.length, 16);
        const bureau = (await who.admin.get(`${UNITS}?kind.eq=COUNTY`)).body.items[0];
        const general = await ok(unit('GENSTATION', `${JIANGHUA}000000`, '县社工总站',
            { ...RUNNING, parent: bureau.id }));
        made.stations = {};
        for (const code of towns) {
            const station = await ok(unit('STATION', code, `站${code}`,
                { ...RUNNING, parent: general.body.id }));
            made.stations[code.slice(0, 9)] = station.body.id;
        }
        const villages = towns.map((code) => villagesOf(code.slice(0, 9)));
        for (let n = 0; n < 112; n++) {
            const town = towns[n % 16].slice(0, 9), village = villages[n % 16][Math.floor(n / 16)];
            // 湘江乡 has six villages only: its seventh room is a second one in the first
            await ok(unit('ROOM', (village ?? villages[n % 16][0]).code, `室${n}`,
                { parent: made.stations[town], status: 'PLAQUED', plaque_date: '2022-03-01' }));
        }
        const { all, towns: each } = await coverage(who.admin);
        const places = villages.flat().length;
        assert.deepEqual([all.townships, all.covered, all.stations, all.running, all.rooms, all.villages],
            [16, 16, 16, 16, 112, places]);
        assert.ok(places > 300);
        assert.equal(each.length, 16);
        for (const town of each) assert.equal(town.rooms, 7, JSON.stringify(town));
        // nothing of it is there for another county
        const theirs = await coverage(suyu.admin);
        assert.deepEqual([theirs.all.stations, theirs.all.rooms], [0, 0]);
    });
