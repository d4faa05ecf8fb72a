// Notices that leave the house: webhooks and short messages, to receivers that are real servers here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JIANGHUA, YANGHUA, faultsOf, openTwoCounties } from '../lib/county.mjs';
import { startReceiver } from '../lib/receiver.mjs';
import { startServer } from '../lib/server.mjs';
import { tempFolder } from '../lib/temp.mjs';

const SECRET = `whsec-${randomBytes(18).toString('hex')}`, GATE_KEY = `Bearer ${randomBytes(9).toString('hex')}`;
const PHONE = '13807465678', CHANNELS = '/admin/notice_channels';

let server, who, suyu, hook, gateway, secure, closed;

/** A key and a certificate for "localhost", signed by itself. */
function certificate() {
    const dir = tempFolder();
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
        '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout',
        join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    spawnSync('chmod', ['755', dir]);
    return { file: join(dir, 'cert.pem'), key: readFileSync(join(dir, 'key.pem')),
        cert: readFileSync(join(dir, 'cert.pem')) };
}

before(async () => {
    const tls = certificate();
    [hook, gateway, secure, closed] = await Promise.all([startReceiver(), startReceiver(),
        startReceiver({ tls }), startReceiver()]);
    server = await startServer({ env: {
        WULIAN_NOTICE_ALLOW: [`127.0.0.1:${hook.port}`, `127.0.0.1:${gateway.port}`,
            `localhost:${secure.port}`, `127.0.0.1:${secure.port}`].join(' '),
        WULIAN_NOTICE_CA_FILE: tls.file, WULIAN_NOTICE_TIMEOUT_MS: '1000', WULIAN_NOTICE_RETRY_MS: '50',
        HTTP_PROXY: `http://127.0.0.1:${closed.port}`, http_proxy: `http://127.0.0.1:${closed.port}`,
    } });
    ({ who, suyu } = await openTwoCounties(server));
});
after(async () => {
    for (const receiver of [hook, gateway, secure, closed]) receiver?.close();
    await server?.stop();
});

const webhook = (more = {}) => ({ kind: 'webhook', name: '县平台', url: `http://127.0.0.1:${hook.port}/in?k=1`,
    secret: SECRET, ...more });
const sms = (more = {}) => ({ kind: 'sms', name: '短信网关', url: `http://127.0.0.1:${gateway.port}/send`,
    header: 'Authorization', secret: GATE_KEY,
    template: '{"mobile":"{phone}","content":"【五联】{text}","channel":7}', ...more });

async function channel(body) {
    const made = await who.admin.post(CHANNELS, body);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
}
const drop = (one) => who.admin.delete(`${CHANNELS}/${one.id}`);

async function request(more = {}) {
    const made = await who.operator.post('/station/requests', { div: YANGHUA, channel: 'HOTLINE',
        category: 'OTHER', domain: 'K', urgency: 'U3', content: '张家的事保密', caller_name: '张保密', ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
}
const about = (made) => ({ json }) => json?.record_id === made.id;

const deliveries = async (one, query = '') =>
    (await who.admin.get(`${CHANNELS}/${one.id}/deliveries${query}`)).body.items;
/** The one delivery of a channel once it fits. */
async function became(one, fits) {
    for (let i = 0; i < 1600; i++) {
        const found = (await deliveries(one)).find(fits);
        if (found) return found;
        await sleep(25);
    }
    throw new Error(`did not become: ${JSON.stringify(await deliveries(one))}\n${server.log.slice(-2000)}`);
}

test('a channel says what it is, and never its secret', async () => {
    const made = await channel(webhook());
    assert.deepEqual({ ...made, id: 0, created_at: 0, updated_at: 0 }, { id: 0, kind: 'webhook', name: '县平台',
        url: webhook().url, method: 'POST', header: null, template: null, lang: 'zh', enabled: true,
        has_secret: true, created_at: 0, updated_at: 0, queued: 0 });
    const path = `${CHANNELS}/${made.id}`;
    const { secret, ...without } = webhook({ name: '县平台二', lang: 'en' });
    const changed = await who.admin.put(path, without);
    assert.deepEqual([changed.status, changed.body.name, changed.body.lang, changed.body.has_secret],
        [200, '县平台二', 'en', true]);
    assert.deepEqual(faultsOf(await who.admin.put(path, sms())), { '/kind': 'read_only' });
    // nor does a secret follow an address that somebody changes
    const elsewhere = { ...without, url: `http://127.0.0.1:${gateway.port}/in` };
    assert.deepEqual(faultsOf(await who.admin.put(path, elsewhere)), { '/secret': 'required' });
    const list = await who.admin.get(CHANNELS);
    assert.deepEqual(list.body.items.map(({ id, url }) => [id, url]), [[made.id, webhook().url]]);
    for (const text of [JSON.stringify([made, changed.body, list.body]), server.log,
        await server.psql('select * from core.notice_channel; select * from core.audit')])
        assert.ok(!text.includes(secret));
    const twice = await who.admin.post(CHANNELS, webhook({ name: '县平台二' }));
    assert.deepEqual(faultsOf(twice), { '/name': 'not_unique' });
    assert.deepEqual((await suyu.admin.get(CHANNELS)).body.items, []);
    assert.equal((await suyu.admin.put(path, webhook())).status, 404);
    assert.equal((await suyu.admin.get(`${path}/deliveries`)).status, 404);
    assert.equal((await suyu.admin.delete(path)).status, 404);
    assert.equal((await who.head.get(CHANNELS)).status, 403);
    assert.equal((await drop(made)).status, 204);
    assert.equal((await drop(made)).status, 404);
    const trail = await server.rows(`select action from core.audit where object = 'core.notice_channel'
        and object_id = '${made.id}' order by at, id`);
    assert.deepEqual(trail.map(({ action }) => action).sort(), ['create', 'delete', 'update']);
});

test('what leads into the house, or is no address, is refused when it is written down', async () => {
    const urls = {
        notice_url_https: ['http://example.org/', `http://127.0.0.1:${closed.port}/`,
            `http://localhost:${hook.port}/`],
        notice_url_private: ['https://127.0.0.1/', 'https://10.1.2.3/', 'https://192.168.1.1:8443/x',
            'https://169.254.169.254/latest/meta-data', 'https://[::1]/', 'https://[::ffff:10.0.0.1]/',
            'https://[fd00::1]/', 'https://0.0.0.0/', 'https://localhost/', 'https://2130706433/',
            'https://0x7f.1/', 'https://[64:ff9b::a00:1]/'],
        notice_url_form: ['example.org', 'ftp://example.org/', 'file:///etc/passwd', 'gopher://example.org/',
            'https://user:word@example.org/', 'https://example.org/#x', 'https://', 'https://exa mple.org/'],
    };
    for (const [code, list] of Object.entries(urls))
        for (const url of list)
            assert.deepEqual(faultsOf(await who.admin.post(CHANNELS, webhook({ url }))), { '/url': code }, url);
    const faults = [
        [webhook({ secret: undefined }), { '/secret': 'required' }],
        [webhook({ secret: 'short' }), { '/secret': 'notice_secret' }],
        [webhook({ secret: `${SECRET}\r\nX: 1` }), { '/secret': 'notice_secret' }],
        [webhook({ kind: 'fax' }), { '/kind': 'notice_one_of' }],
        [webhook({ template: '{}' }), { '/template': 'unknown_field' }],
        [sms({ template: '{"to":"{phone}"}' }), { '/template': 'notice_template' }],
        [sms({ template: '{"to":{phone},"c":"{text}"}' }), { '/template': 'notice_template' }],
        [sms({ header: 'Host' }), { '/header': 'notice_header' }],
        [sms({ header: 'wulian-id' }), { '/header': 'notice_header' }],
        [sms({ header: 'X: 1\r\nY' }), { '/header': 'notice_header' }],
        [sms({ method: 'GET' }), { '/method': 'notice_one_of' }],
    ];
    for (const [body, wanted] of faults)
        assert.deepEqual(faultsOf(await who.admin.post(CHANNELS, body)), wanted, JSON.stringify(body));
});

test('a header that is asked for later has its secret', async () => {
    const { header, secret, ...bare } = sms();
    const one = await channel(bare), path = `${CHANNELS}/${one.id}`;
    assert.equal(one.has_secret, false);
    assert.deepEqual(faultsOf(await who.admin.put(path, { ...bare, header })), { '/secret': 'required' });
    const given = await who.admin.put(path, { ...bare, header, secret });
    assert.deepEqual([given.status, given.body.header, given.body.has_secret], [200, header, true]);
    assert.equal((await who.admin.put(path, { ...bare, header })).status, 200);
    assert.deepEqual(faultsOf(await who.admin.put(path, { ...bare, header, url: `${bare.url}?to=2` })),
        { '/secret': 'required' });
    await drop(one);
});

test('a webhook gets each notice once, signed, with nothing in it but what may leave', async () => {
    const one = await channel(webhook());
    const made = await request();
    const got = await hook.got(about(made));
    const [notice] = (await who.head.get('/notices', { 'Accept-Language': 'zh-CN' })).body.items
        .filter(({ record_id: id }) => id === made.id);
    assert.deepEqual(got.json, { id: notice.id, at: notice.at, county: JIANGHUA, key: 'request.new',
        text: notice.text, record: 'station.request', record_id: made.id, href: notice.href, div: YANGHUA,
        to: { account: who.head.account, post: got.json.to.post } });
    assert.equal(got.method, 'POST');
    assert.equal(got.path, '/in?k=1');
    assert.equal(got.headers['content-type'], 'application/json');
    const stamp = got.headers['wulian-timestamp'];
    assert.ok(Math.abs(Number(stamp) - Date.now() / 1000) < 120);
    assert.equal(got.headers['wulian-signature'],
        `v1=${createHmac('sha256', SECRET).update(`${stamp}.${got.body}`).digest('hex')}`);
    const sent = await became(one, ({ state }) => state === 'sent');
    assert.deepEqual([sent.id, sent.notice, sent.attempts, sent.status, sent.reason],
        [got.headers['wulian-id'], notice.id, 1, 204, null]);
    for (const secret of ['保密', '张']) assert.ok(!got.body.includes(secret));
    await request(); // the next comes behind it, and nothing twice
    await hook.got(({ json }) => json?.key === 'request.new', 2);
    assert.equal(hook.requests.filter(about(made)).length, 1);
    await drop(one);
});

test('what fails is tried again under the same id, and what never comes is given up with its reason', async () => {
    const one = await channel(webhook());
    let failures = 2;
    hook.answer = (got, response) => response.writeHead(failures-- > 0 ? 500 : 200).end();
    const made = await request();
    const tries = await hook.got(about(made), 3);
    assert.equal(new Set(tries.map(({ headers }) => headers['wulian-id'])).size, 1);
    const sent = await became(one, ({ state }) => state === 'sent');
    assert.deepEqual([sent.attempts, sent.status, sent.reason], [3, 200, null]);

    await server.psql(`update core.policy_default set value = '2' where key = 'notice.attempts'`);
    hook.answer = (got, response) => response.writeHead(503).end('busy');
    const lost = await request();
    const given = await became(one, ({ state }) => state === 'failed');
    assert.deepEqual([given.attempts, given.status, given.reason, given.reason_text, given.next_at],
        [2, 503, 'status', 'The receiver answered with another status than 2xx', null]);
    assert.equal(hook.requests.filter(about(lost)).length, 2);
    assert.deepEqual((await deliveries(one, '?state=failed')).map(({ id }) => id), [given.id]);
    assert.equal((await who.admin.get(`${CHANNELS}/${one.id}/deliveries?state=lost`)).status, 400);
    const mistyped = await who.admin.get(`${CHANNELS}/${one.id}/deliveries?sate=failed`);
    assert.deepEqual([mistyped.status, faultsOf(mistyped)], [400, { '?sate': 'unknown_parameter' }]);
    hook.answer = (got, response) => response.writeHead(204).end();
    await drop(one);
});

/** The reason for which a channel gives up. */
async function givenUp(body) {
    const one = await channel(body);
    await request();
    const { reason } = await became(one, ({ state }) => state === 'failed');
    await drop(one);
    return reason;
}

test('no answer in time, too long an answer, a redirect: none of them is success', async () => {
    hook.answer = () => {};
    assert.equal(await givenUp(webhook()), 'timeout');
    hook.answer = (got, response) => response.writeHead(200).end('x'.repeat(200 * 1024));
    assert.equal(await givenUp(webhook()), 'too_large');
    hook.answer = (got, response) =>
        response.writeHead(307, { Location: `http://127.0.0.1:${closed.port}/` }).end();
    assert.equal(await givenUp(webhook()), 'redirect');
    hook.answer = (got, response) => response.writeHead(204).end();
    assert.deepEqual(closed.requests, []); // nor was it a proxy
});

test('a name that leads into the house is refused where the connection is made', async () => {
    // passes as a name, resolves to loopback: what a name server under somebody's hand can always do
    for (const host of ['rebind.localhost', 'a.b.localhost'])
        assert.equal(await givenUp(webhook({ url: `https://${host}:${closed.port}/` })), 'refused_address');
    assert.deepEqual(closed.requests, []);
    assert.equal(await givenUp(webhook({ url: 'https://no-such-name.invalid/' })), 'unresolved');
});

test('https is verified: whom nobody vouches for gets nothing', async () => {
    const one = await channel(webhook({ url: `https://localhost:${secure.port}/in` }));
    const made = await request();
    await secure.got(about(made));
    await became(one, ({ state }) => state === 'sent');
    await drop(one);
    const before = secure.requests.length; // the certificate is for another name
    assert.equal(await givenUp(webhook({ url: `https://127.0.0.1:${secure.port}/in` })), 'tls');
    assert.equal(secure.requests.length, before);
});

test('a channel that is off sends nothing, and what waited goes when it is on again', async () => {
    const one = await channel(webhook({ enabled: false }));
    await request();
    assert.deepEqual(await deliveries(one), []);
    hook.answer = (got, response) => response.writeHead(500).end();
    const path = `${CHANNELS}/${one.id}`;
    await server.psql(`update core.policy_default set value = '8' where key = 'notice.attempts'`);
    await who.admin.put(path, webhook());
    const made = await request();
    await hook.got(about(made));
    await who.admin.put(path, webhook({ enabled: false }));
    hook.answer = (got, response) => response.writeHead(204).end();
    await who.admin.put(path, webhook());
    await became(one, ({ state }) => state === 'sent');
    await drop(one);
    assert.equal(await server.psql('select count(*) from core.notice_outbox'), '0');
});

test('killed in the middle of sending, nothing is lost: the same id comes again', async () => {
    const one = await channel(webhook());
    hook.answer = () => {}; // keeps it hanging
    const made = await request();
    const first = await hook.got(about(made));
    const pid = server.kill('jobs');
    hook.answer = (got, response) => response.writeHead(204).end();
    await server.respawned('jobs', pid);
    const again = await hook.got((got) => about(made)(got) && got !== first);
    assert.equal(again.headers['wulian-id'], first.headers['wulian-id']);
    assert.deepEqual(again.json, first.json);
    await became(one, ({ state }) => state === 'sent');
    await drop(one);
});

test('short messages go to whoever gave a number, and to nobody else', async () => {
    const none = await who.head.get('/me/notice_phone');
    assert.deepEqual(none.body, { phone: null, at: null });
    const one = await channel(sms());
    await request();
    assert.deepEqual(await deliveries(one), []);
    const bad = await who.head.put('/me/notice_phone', { phone: '12' });
    assert.equal(bad.status, 422);
    const given = await who.head.put('/me/notice_phone', { phone: ` +86 ${PHONE}` });
    assert.deepEqual([given.status, given.body.phone], [200, '138****5678']);
    const made = await request();
    const got = await gateway.got(({ json }) => json?.content.includes(made.no));
    const [notice] = (await who.head.get('/notices', { 'Accept-Language': 'zh-CN' })).body.items
        .filter(({ record_id: id }) => id === made.id);
    assert.deepEqual(got.json, { mobile: PHONE, content: `【五联】${notice.text}`, channel: 7 });
    assert.equal(got.headers.authorization, GATE_KEY);
    assert.match(got.headers['wulian-id'], /^[0-9a-f-]{36}$/);
    assert.equal((await who.head.delete('/me/notice_phone')).status, 204);
    const silent = await request();
    await sleep(1500);
    assert.ok(!gateway.requests.some(({ body }) => body.includes(silent.no)));
    assert.deepEqual((await suyu.head.get('/me/notice_phone')).body.phone, null);
    await drop(one);
});

test('keys change, and secrets are opened all the same', async () => {
    const one = await channel(webhook());
    await who.head.put('/me/notice_phone', { phone: PHONE });
    const { status, err } = await server.cli(['keys', 'rotate', '--county', String(JIANGHUA)]);
    assert.equal(status, 0, err);
    const made = await request();
    const got = await hook.got(about(made));
    assert.equal(got.headers['wulian-signature'], `v1=${createHmac('sha256', SECRET)
        .update(`${got.headers['wulian-timestamp']}.${got.body}`).digest('hex')}`);
    const newest = await server.psql(`select max(id) from core.county_key where county = ${JIANGHUA}
        and purpose = 'data'`);
    for (const [table, column] of [['notice_channel', 'secret_enc'], ['notice_phone', 'phone_enc']])
        assert.equal(await server.psql(`select count(*) from core.${table} where county = ${JIANGHUA}
            and get_byte(${column}, 5) <> ${newest}`), '0', table);
    await drop(one);
});

test('neither log nor database nor any answer holds a secret or a number', async () => {
    const dump = await server.psql(`select * from core.notice_channel; select * from core.notice_phone;
        select * from core.notice_outbox; select * from core.notice; select * from core.audit`);
    for (const secret of [SECRET, GATE_KEY, PHONE, '张保密', Buffer.from(SECRET).toString('hex')])
        for (const text of [dump, server.log]) assert.ok(!text.includes(secret), secret);
});
