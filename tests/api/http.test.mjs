// HTTP as the routes speak it to somebody signed in: statuses, headers, methods, bodies, languages. What
// may stand on the wire at all is framing.test.mjs.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';

import { Caller, uuid7 } from '../lib/api.mjs';
import { YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const PERSON = { div: YANGHUA, name: '单秀英' };
const SECURITY = {
    'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'cache-control': 'no-store',
};

let server, who, suyu, resident;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    resident = await who.head.post('/station/residents', PERSON);
});
after(() => server?.stop());

/** One request with exactly these headers and bytes: { status, headers, text, body }. */
function raw(method, path, headers = {}, bytes) {
    return new Promise((done, fail) => {
        const { hostname, port } = new URL(server.base);
        const sent = httpRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
            let text = '';
            answer.setEncoding('utf8').on('data', (more) => (text += more));
            answer.on('end', () => done({
                status: answer.statusCode, headers: answer.headers, text,
                body: /json/.test(answer.headers['content-type'] ?? '') && text ? JSON.parse(text) : null,
            }));
        });
        sent.on('error', fail);
        sent.end(bytes);
    });
}

const bearer = (caller) => ({ Authorization: `Bearer ${caller.token}` });
const json = (caller, type = 'application/json') => ({ ...bearer(caller), 'Content-Type': type });
const at = (id = resident.body.id) => `/api/v1/station/residents/${id}`;
const post = (bytes, type) => raw('POST', '/api/v1/station/residents', json(who.head, type), bytes);

test('every answer carries the security headers, and each problem is one', async () => {
    const path = at();
    const answers = await Promise.all([
        [200, raw('GET', path, bearer(who.head))],
        [201, post(JSON.stringify(PERSON))],
        [304, raw('GET', path, { ...bearer(who.head), 'Accept-Language': 'en',
            'If-None-Match': resident.etag })],
        [400, post('{')],
        [401, raw('GET', path)],
        [401, raw('GET', path, { Authorization: `Bearer wl1_431129_${'a'.repeat(43)}` })],
        [403, raw('GET', path, bearer(who.admin)).then(() =>
            raw('PUT', '/api/v1/admin/townships/431129100/plugins/elderly', json(who.head), '{}'))],
        [404, raw('GET', at(uuid7()), bearer(who.head))],
        [404, raw('GET', '/api/v1/nowhere', bearer(who.head))],
        [404, raw('GET', '/api/v2/me', bearer(who.head))],
        [405, raw('PUT', path, json(who.head), '{}')],
        [412, raw('PATCH', path, { ...json(who.head), 'If-Match': '"v9"' }, '{"alias":"x"}')],
        [413, post(`{"name":"${'x'.repeat(1 << 20)}"}`)],
        [415, post(JSON.stringify(PERSON), 'text/plain')],
        [422, post('{}')],
        [428, raw('PATCH', path, json(who.head), '{"alias":"x"}')],
    ].map(async ([status, answer]) => [status, await answer]));
    for (const [status, answer] of answers) {
        assert.equal(answer.status, status, answer.text);
        for (const [name, value] of Object.entries(SECURITY))
            assert.equal(answer.headers[name], value, `${name} of ${status}`);
        assert.match(answer.headers['x-request-id'], /^[0-9a-f-]{36}$/);
        assert.equal(answer.headers.server, undefined);
        if (status < 400) continue;
        assert.equal(answer.headers['content-type'], 'application/problem+json', status);
        const { type, title, code, request_id: id } = answer.body;
        assert.equal(answer.body.status, status);
        assert.equal(type, `urn:wulian:problem:${code}`);
        assert.notEqual(title, `problem.${code}`, 'a message is missing');
        assert.equal(id, answer.headers['x-request-id']);
    }
});

test('401 says how to sign in, and nothing else tells a county from another', async () => {
    const secret = who.head.token.slice(-43);
    for (const headers of [{}, { Authorization: 'Basic YTpi' }, { Authorization: 'Bearer x' },
        { Authorization: `Bearer wl1_321311_${secret}` }, { Authorization: `Bearer wl1_999999_${secret}` },
        { Authorization: `Bearer ${who.head.token}x` }, { Authorization: `Bearer  ${who.head.token} ;` }]) {
        const answer = await raw('GET', '/api/v1/me', headers);
        assert.deepEqual([answer.status, answer.body.code], [401, 'no_session'], JSON.stringify(headers));
        assert.equal(answer.headers['www-authenticate'], 'Bearer realm="wulian"');
    }
    assert.equal((await raw('GET', '/api/v1/me', { authorization: `bearer ${who.head.token}` })).status, 200);
});

test('methods: HEAD is GET without a body, OPTIONS and 405 say what there is', async () => {
    const path = at();
    const get = await raw('GET', path, bearer(who.head));
    const head = await raw('HEAD', path, bearer(who.head));
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal(head.headers.etag, get.headers.etag);
    assert.equal(Number(head.headers['content-length']), Buffer.byteLength(get.text));
    assert.equal((await raw('HEAD', at(uuid7()), bearer(who.head))).status, 404);
    for (const [of, allow] of [
        [path, 'DELETE, GET, HEAD, OPTIONS, PATCH'], ['/api/v1/station/residents', 'GET, HEAD, OPTIONS, POST'],
        ['/api/v1/station/residents/search', 'OPTIONS, POST'], ['/api/v1/me', 'GET, HEAD, OPTIONS'],
        ['/api/v1/station/requests/x/actions/close', 'OPTIONS, POST'],
    ]) {
        const options = await raw('OPTIONS', of);
        assert.equal(options.status, 204, of);
        assert.equal(options.headers.allow.split(', ').sort().join(', '), allow, of);
        const wrong = await raw('PUT', of, json(who.head), '{}');
        assert.deepEqual([wrong.status, wrong.headers.allow], [405, options.headers.allow], of);
    }
    for (const method of ['TRACE', 'PROPFIND', 'LOCK'])
        assert.equal((await raw(method, path, bearer(who.head))).status, 405, method);
});

test('paths are decoded once; nothing climbs or hides in them', async () => {
    const [plain, id] = [at(), resident.body.id];
    const encoded = plain.replace('station', '%73t%61tion').replace(id, id.replace(/-/g, '%2D'));
    assert.equal((await raw('GET', encoded, bearer(who.head))).status, 200);
    for (const [path, status] of [
        [`/api/v1/station/x/%2e%2e/residents/${id}`, 400], [`/api/v1/station/../station/residents/${id}`, 400],
        [`/api/v1/station%2fresidents/${id}`, 400], [`${plain}%00`, 400], [`${plain}%`, 400],
        [`${plain}%2`, 400], [`${plain}%zz`, 400], [`${plain}%ff`, 400], [`/api/v1//station/residents/${id}`, 400],
        [`${plain}/`, 404], [`${plain}\\history`, 400], [`${plain}%252e`, 404], [`${plain};v=1`, 404],
        [plain.toUpperCase(), 404], ['/API/v1/me', 404],
        [`/api/v1/${'a/'.repeat(40)}a`, 400], [`/api/v1/station/residents/${'a'.repeat(4000)}`, 404],
    ]) {
        const answer = await raw('GET', path, bearer(who.head));
        assert.equal(answer.status, status, path);
        assert.equal(answer.headers['content-type'], 'application/problem+json', path);
    }
});

test('queries: unknown, doubled and malformed parameters', async () => {
    for (const [query, status] of [['limit=1', 200], ['', 200], ['&&limit=1&', 200], ['limit=%31', 200],
        ['limit=1&limit=1', 400], ['limit=%zz', 400], ['limit=%00', 400], ['=1', 400],
        [Array.from({ length: 40 }, (_, i) => `p${i}=1`).join('&'), 400]])
        assert.equal((await raw('GET', `/api/v1/station/residents?${query}`, bearer(who.head))).status,
            status, query);
});

test('bodies: JSON objects, and what is wrong with others', async () => {
    const good = JSON.stringify(PERSON);
    for (const type of ['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'])
        assert.equal((await post(good, type)).status, 201, type);
    for (const type of ['text/plain', 'application/jsonx', 'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x', 'application/merge-patch+json'])
        assert.deepEqual([(await post(good, type)).status], [415], type);
    const untyped = await raw('POST', '/api/v1/station/residents', bearer(who.head), good);
    assert.equal(untyped.status, 415);
    for (const [bytes, code] of [
        ['', 'body_required'], [' ', 'bad_json'], ['{', 'bad_json'], ['[]', 'body_not_object'],
        ['"x"', 'body_not_object'], ['null', 'body_not_object'], [`${good}x`, 'bad_json'],
        [`${good}${good}`, 'bad_json'], ['{"name":"a","name":"b"}', 'bad_json'],
        ['{"name":"\\u0000"}', 'bad_json'], ['{"name":"\\ud800"}', 'bad_json'],
        [Buffer.from('{"name":"\xff"}', 'latin1'), 'bad_json'], ["{'name':'a'}", 'bad_json'],
        ['{"name":NaN}', 'bad_json'], [`\ufeff${good}`, 'bad_json'],
        [`{"name":${'['.repeat(100000)}`, 'bad_json'], ['{"birth":1e999}', 'bad_json'],
    ]) {
        const answer = await post(bytes);
        assert.deepEqual([answer.status, answer.body.code], [400, code], String(bytes).slice(0, 40));
    }
    const where = await post('{\n  "name": oops\n}');
    assert.match(where.body.detail, /^line 2, column \d+: |^第 2 行/);
    const patched = await raw('PATCH', at(), {
        ...json(who.head, 'application/merge-patch+json'), 'If-Match': '"v1"',
    }, '{"alias":"单婆婆"}');
    assert.equal(patched.status, 200, patched.text);
});

test('a body that is too large is 413, announced or not', async () => {
    const big = `{"name":"${'x'.repeat(1 << 20)}"}`;
    assert.equal((await post(big)).status, 413);
    const chunked = await raw('POST', '/api/v1/station/residents',
        { ...json(who.head), 'Transfer-Encoding': 'chunked' }, big);
    assert.equal(chunked.status, 413);
    const just = `{"name":"单秀英","div":"${YANGHUA}"${' '.repeat((1 << 20) - 60)}}`;
    assert.equal((await post(just)).status, 201);
});

test('the language follows Accept-Language, Chinese first', async () => {
    const title = async (language) => (await raw('GET', '/api/v1/nowhere',
        language === undefined ? {} : { 'Accept-Language': language })).body.title;
    const zh = await title('zh-CN');
    assert.match(zh, /[\u4e00-\u9fff]/);
    for (const language of [undefined, '', 'fr', 'zh', 'en;q=0', 'en;q=0.5, zh-CN;q=0.9', '*', 'english'])
        assert.equal(await title(language), zh, language);
    for (const language of ['en', 'en-GB', 'fr, en;q=0.8', 'zh;q=0.3, en;q=0.9', 'EN'])
        assert.equal(await title(language), 'Not found', language);
});

test('a cookie signs in; writing with one needs our own page', async () => {
    const cookie = { Cookie: `a=b; wl=${who.head.token}; c=d` };
    assert.equal((await raw('GET', at(), cookie)).status, 200);
    const write = (headers) => raw('POST', '/api/v1/station/residents',
        { 'Content-Type': 'application/json', ...cookie, ...headers }, JSON.stringify(PERSON));
    const own = { 'X-CSRF': '1', 'Sec-Fetch-Site': 'same-origin', Origin: server.base };
    for (const headers of [{}, { 'X-CSRF': '0' }, { ...own, 'Sec-Fetch-Site': 'cross-site' },
        { ...own, 'Sec-Fetch-Site': 'same-site' }, { ...own, Origin: 'http://evil.example' },
        { ...own, Origin: 'null' }, { 'Sec-Fetch-Site': 'same-origin', Origin: server.base }]) {
        const answer = await write(headers);
        assert.deepEqual([answer.status, answer.body.code], [403, 'csrf_refused'], JSON.stringify(headers));
    }
    assert.equal((await write(own)).status, 201);
    assert.equal((await write({ 'X-CSRF': '1' })).status, 201); // a script of the county's own
    assert.equal((await raw('GET', at(), { Cookie: `xwl=${who.head.token}` })).status, 401);
    assert.equal((await raw('GET', at(), { Cookie: `__Host-wl=${who.head.token}` })).status, 401);
});

test('the request id names the call in the answer, the row and the audit', async () => {
    const made = await who.head.post('/station/residents', PERSON);
    const id = made.headers.get('x-request-id');
    const [row] = await server.rows(`select r.change, (select count(*) from core.audit a
        where a.request = r.change and a.action = 'create') as audited
        from station.resident r where r.id = '${made.body.id}'`);
    assert.deepEqual(row, { change: id, audited: 1 });
    // a client's own id is not taken for it: it could forge another call's
    const forged = await raw('GET', at(made.body.id), { ...bearer(who.head), 'X-Request-Id': id });
    assert.notEqual(forged.headers['x-request-id'], id);
});

test('without a token nobody learns which routes of a plugin there are on where', async () => {
    for (const path of ['/api/v1/elderly/errands', at(), '/api/v1/audit']) {
        const answer = await new Caller(server.base).get(path);
        assert.deepEqual([answer.status, answer.body.code], [401, 'no_session'], path);
    }
    assert.equal((await suyu.head.get(at())).status, 404);
});
