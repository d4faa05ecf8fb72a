// Bytes on a raw socket against the whole server: what a request may look like, what a bad one
// gets, and that nothing hidden behind a bad one ever runs. The full corpus, with a counting backend, is
// tests/unit/http/framing_test.c; here the same rules hold for the real routes of a real worker.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startServer } from '../lib/server.mjs';

let server, host, port;

before(async () => {
    server = await startServer({ workers: 1 });
    [host, port] = server.place.address.split(':');
});
after(() => server?.stop());

/** Sends the pieces, `pause` ms apart; resolves with everything received when the server closes, or
 *  after `wait` ms of silence (closed: false). */
function exchange(pieces, { wait = 700, pause = 0 } = {}) {
    return new Promise((resolve) => {
        const socket = net.connect(Number(port), host);
        let text = '', timer;
        const end = (closed) => {
            clearTimeout(timer);
            socket.destroy();
            resolve({ text, closed, status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0) });
        };
        const quiet = () => {
            clearTimeout(timer);
            timer = setTimeout(() => end(false), wait);
        };
        socket.on('data', (bytes) => {
            text += bytes;
            quiet();
        });
        socket.on('close', () => end(true));
        socket.on('error', () => {});
        socket.on('connect', async () => {
            quiet();
            for (const piece of pieces) {
                if (socket.destroyed) return;
                socket.write(piece);
                if (pause) {
                    await sleep(pause);
                    quiet();
                }
            }
        });
    });
}

const HIDDEN = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
const ran = (text) => text.includes('{"status":"ok",');
const head = (line, ...headers) => [line, 'Host: x', ...headers, '', ''].join('\r\n');
const signIn = (...headers) =>
    head('POST /api/v1/sessions HTTP/1.1', 'Content-Type: application/json', ...headers);

/** name, bytes, status, what the problem's code is (undefined: libmicrohttpd's own answer) */
const refused = [
    ['two lengths', signIn('Content-Length: 2', 'Content-Length: 40') + '{}' + HIDDEN, 400,
        'duplicate_header'],
    ['two equal lengths', signIn('Content-Length: 2', 'Content-Length: 2') + '{}' + HIDDEN, 400,
        'duplicate_header'],
    ['length and chunked', signIn('Content-Length: 5', 'Transfer-Encoding: chunked')
        + '0\r\n\r\n' + HIDDEN, 400, 'length_and_encoding'],
    ['xchunked', signIn('Transfer-Encoding: xchunked') + '0\r\n\r\n' + HIDDEN, 400,
        'bad_transfer_encoding'],
    ['gzip, chunked', signIn('Transfer-Encoding: gzip, chunked') + '0\r\n\r\n' + HIDDEN, 400,
        'bad_transfer_encoding'],
    ['space before the colon', signIn('Transfer-Encoding : chunked') + '0\r\n\r\n' + HIDDEN, 400,
        'bad_header_name'],
    ['folded line', signIn('X-A: 1', ' Content-Length: 2') + HIDDEN, 400, 'bad_header_name'],
    ['two hosts', head('GET /healthz HTTP/1.1', 'Host: x') + HIDDEN, 400, 'duplicate_header'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n' + HIDDEN, 400, 'bad_host'],
    ['host with a user', 'GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n' + HIDDEN, 400, 'bad_host'],
    ['two authorizations', head('GET /api/v1/me HTTP/1.1', 'Authorization: Bearer a',
        'Authorization: Bearer b') + HIDDEN, 400, 'duplicate_header'],
    ['65 headers', head('GET /healthz HTTP/1.1',
        ...Array.from({ length: 64 }, (_, i) => `X-${i}: 1`)) + HIDDEN, 431, 'too_many_headers'],
    ['a body on GET', head('GET /api/v1/me HTTP/1.1', 'Content-Length: 40') + HIDDEN, 400,
        'body_not_allowed'],
    ['length +2', signIn('Content-Length: +2') + '{}' + HIDDEN, 400],
    ['length 2, 2', signIn('Content-Length: 2, 2') + '{}' + HIDDEN, 400],
    ['length 10^20', signIn('Content-Length: 100000000000000000000') + '{}' + HIDDEN, 413],
    ['bad chunk', signIn('Transfer-Encoding: chunked') + 'zz\r\n{}\r\n0\r\n\r\n' + HIDDEN, 400],
    ['HTTP/9.9', head('GET /healthz HTTP/9.9') + HIDDEN, 505],
    ['40 KB header', head('GET /healthz HTTP/1.1', `X-A: ${'a'.repeat(40000)}`) + HIDDEN, 431],
    ['1 MiB and a byte', signIn('Content-Length: 1048577'), 413, 'body_too_large'],
    ['not JSON', head('POST /api/v1/sessions HTTP/1.1', 'Content-Type: text/plain',
        'Content-Length: 2') + '{}' + HIDDEN, 415, 'unsupported_media_type'],
    ['nobody there, with a body', head('POST /api/v1/nowhere HTTP/1.1', 'Content-Length: 5'), 404,
        'not_found'],
];

describe('refused and closed', { concurrency: 8 }, () => {
    for (const [name, bytes, status, code] of refused) {
        test(name, async () => {
            const answer = await exchange([bytes]);
            assert.equal(answer.status, status, answer.text);
            assert.ok(answer.closed, 'still open');
            assert.ok(!ran(answer.text), 'what was hidden ran');
            if (code) assert.match(answer.text, new RegExp(`"code":"${code}"`));
        });
    }
});

/** Refused, but in frame: the next request on the same connection is answered. */
const kept = [
    ['%00', head('GET /api/v1/me%00 HTTP/1.1'), 400, 'bad_path'],
    ['a route as a folder', head('GET /api/v1/me/ HTTP/1.1'), 404, 'not_found'],
    ['%2f', head('GET /api%2f..%2fhealthz HTTP/1.1'), 400, 'bad_path'],
    ['%5c', head('GET /api/v1%5cme HTTP/1.1'), 400, 'bad_path'],
    ['..', head('GET /api/../healthz HTTP/1.1'), 400, 'bad_path'],
    ['%2e%2e', head('GET /api/%2e%2e/healthz HTTP/1.1'), 400, 'bad_path'],
    ['bad UTF-8', head('GET /api/v1/%ff HTTP/1.1'), 400, 'bad_path'],
    ['absolute target', head('GET http://x/api/v1/me HTTP/1.1'), 400, 'bad_path'],
    ['a parameter twice', head('GET /api/v1/divisions?parent=1&parent=2 HTTP/1.1'), 400,
        'duplicate_parameter'],
    ['nothing there', head('GET /api/v1/nowhere HTTP/1.1'), 404, 'not_found'],
    ['other method', head('DELETE /healthz HTTP/1.1'), 405, 'method_not_allowed'],
    ['no token', head('GET /api/v1/me HTTP/1.1'), 401, 'no_session'],
    ['broken JSON', signIn('Content-Length: 8') + '{"a": 1,', 400, 'bad_json'],
    ['JSON, no object', signIn('Content-Length: 2') + '[]', 400, 'body_not_object'],
];

describe('refused, the connection lives on', { concurrency: 8 }, () => {
    for (const [name, bytes, status, code] of kept) {
        test(name, async () => {
            const answer = await exchange([bytes + HIDDEN]);
            assert.equal(answer.status, status, answer.text);
            assert.match(answer.text, new RegExp(`"code":"${code}"`));
            assert.match(answer.text, /application\/problem\+json/);
            assert.ok(ran(answer.text), 'the next request was not answered');
            assert.ok(!answer.closed);
        });
    }
});

test('every answer carries the security headers and the request id of its body', async () => {
    const requests = [HIDDEN, head('GET /api/v1/me HTTP/1.1'), head('GET /api/v1/x HTTP/1.1'),
        head('GET /api/../x HTTP/1.1'), head('DELETE /healthz HTTP/1.1'),
        signIn('Content-Length: 2') + '{}', signIn('Content-Length: 1048577'),
        head('GET / HTTP/1.1')];
    for (const bytes of requests) {
        const { text } = await exchange([bytes]);
        for (const header of ['X-Content-Type-Options: nosniff', 'Referrer-Policy: no-referrer',
            'Cross-Origin-Opener-Policy: same-origin',
            'Cross-Origin-Resource-Policy: same-origin',
            "Content-Security-Policy: default-src 'none'", "frame-ancestors 'none'",
            'Cache-Control: no-']) {
            assert.ok(text.includes(header), `${header} is missing in\n${text}`);
        }
        const id = /X-Request-Id: (\S{36})\r/.exec(text)?.[1];
        assert.ok(id, text);
        if (text.includes('problem+json')) assert.ok(text.includes(`"request_id":"${id}"`), text);
    }
});

test('HEAD, OPTIONS and Allow', async () => {
    const answer = await exchange([head('HEAD /healthz HTTP/1.1')]);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Content-Length: 32\r\n/);
    assert.ok(answer.text.endsWith('\r\n\r\n'), 'HEAD has no body');
    const options = await exchange([head('OPTIONS /api/v1/me HTTP/1.1')]);
    assert.equal(options.status, 204);
    assert.match(options.text, /Allow: GET, HEAD.*OPTIONS\r\n/);
});

test('50 requests in one packet are answered in order', async () => {
    const bytes = Array.from({ length: 50 }, (_, i) =>
        i % 2 ? HIDDEN : head(`GET /api/v1/nowhere${i} HTTP/1.1`)).join('');
    const { text } = await exchange([bytes]);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1]);
    assert.deepEqual(statuses, Array.from({ length: 50 }, (_, i) => (i % 2 ? '200' : '404')));
});

test('a client that leaves while its call runs does no harm', async () => {
    for (let i = 0; i < 50; i++) {
        const socket = net.connect(Number(port), host);
        socket.on('error', () => {});
        await new Promise((done) => socket.once('connect', done));
        socket.write(head('GET /api/v1/me HTTP/1.1',
            `Authorization: Bearer wl1_431129_${'a'.repeat(43)}`));
        if (i % 2) socket.resetAndDestroy();
        else socket.destroy();
    }
    const answer = await exchange([HIDDEN]);
    assert.equal(answer.status, 200);
});

test('a head that trickles is ended after ten seconds', async () => {
    const began = Date.now();
    const slow = head('GET /healthz HTTP/1.1', `X-A: ${'a'.repeat(60)}`);
    const answer = await exchange(slow.split(''), { pause: 250, wait: 5000 });
    assert.equal(answer.status, 408, answer.text);
    assert.ok(answer.closed);
    assert.ok(!ran(answer.text));
    assert.ok(Date.now() - began >= 9000, 'not before its time');
});
