// A receiver of webhooks and short messages, on loopback: keeps what comes and answers as it is told.
//
//     const receiver = await startReceiver();
//     receiver.answer = (request, response) => response.writeHead(500).end();
//     await receiver.got((one) => one.json.key === 'request.new');   // waits for it
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

class Receiver {
    requests = [];
    answer = (request, response) => response.writeHead(204).end();

    async take(request, response) {
        const parts = [];
        for await (const part of request) parts.push(part);
        const body = Buffer.concat(parts).toString('utf8');
        let json = null;
        try { json = JSON.parse(body); } catch { /* kept as text */ }
        const one = { method: request.method, path: request.url, headers: request.headers, body, json };
        this.requests.push(one);
        await this.answer(one, response);
    }

    /** The first that fits, waited for. */
    async got(fits, count = 1) {
        for (let i = 0; i < 1600; i++) {
            const found = this.requests.filter(fits);
            if (found.length >= count) return count === 1 ? found[0] : found;
            await sleep(25);
        }
        throw new Error(`not received:\n${JSON.stringify(this.requests, null, 1).slice(0, 4000)}`);
    }

    close() {
        this.server.closeAllConnections();
        this.server.close();
    }
}

/** `tls`: { key, cert } for https. */
export async function startReceiver({ tls } = {}) {
    const receiver = new Receiver();
    const take = (request, response) => receiver.take(request, response).catch(() => {});
    receiver.server = tls ? createTlsServer(tls, take) : createServer(take);
    await new Promise((done) => receiver.server.listen(0, '127.0.0.1', done));
    receiver.port = receiver.server.address().port;
    return receiver;
}
