// A county's list of requests, of a million and more: two filters and a range, in the order of their
// arrival; its first page and its fiftieth, beside the same statements by pgbench.
import { Caller } from '../lib/api.mjs';
import { people } from '../lib/county.mjs';
import { scriptOne, whileLogged } from './capture.mjs';
import { shape } from './world.mjs';

const pages = 50;

/** [{ name, token, path, script }] of the first and the fiftieth page. */
export async function listings(server) {
    const { section } = await people(server, shape.first,
        { section: ['county_section', shape.first, '县科员'] });
    const since = new Date(Date.now() - 600 * 86400e3).toISOString();
    const first = '/api/v1/station/requests?category.eq=MEAL&state.eq=closed' +
        `&received_at.ge=${encodeURIComponent(since)}&sort=-received_at&limit=20`;
    const caller = new Caller(server.base, section.token);
    const [, secret] = /^wl1_\d+_(.*)$/.exec(section.token);
    let path = first;
    for (let page = 1; page < pages; page++) {
        const { status, body } = await caller.get(path);
        if (status !== 200 || !body.next) throw new Error(`page ${page}: ${JSON.stringify(body)}`);
        path = `${first}&cursor=${encodeURIComponent(body.next)}`;
    }
    return whileLogged(server, async () => {
        const made = [];
        for (const [name, of] of [['list1', first], [`list${pages}`, path]]) {
            const script = await scriptOne(server, secret, () => caller.get(of),
                (sql) => sql.replace(/select \* from page$/, 'select json_agg(page) from page'));
            made.push({ name, token: section.token, path: of, script });
        }
        return made;
    });
}
