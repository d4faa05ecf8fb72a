// A wire between the server and its database, over TCP, on which things go wrong while `fault` is set.
import { once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';

const UNHARMED = 0.9; // of the answers, while something goes wrong
const MOST_DELAY_MS = 1500;
const READY = 'Z'.charCodeAt(0);

/** Whether the database's bytes end with ReadyForQuery: what was asked is done, and committed. */
const isDone = (bytes) => bytes.length >= 6 && bytes[bytes.length - 6] === READY && bytes[bytes.length - 2] === 5;

/** What may happen to an answer: each is given its bytes and the wire's two ends. True: it did. */
export const FAULTS = {
    'cut in the midst of an answer': (bytes, { client, drop }) => {
        client.end(bytes.subarray(0, Math.floor(bytes.length * Math.random())), drop);
        return true;
    },
    'cut between a commit and the word of it': (bytes, { drop }) => {
        if (!isDone(bytes)) return false;
        drop();
        return true;
    },
    'silent for good': (bytes, { client, server }) => {
        for (const end of [client, server]) end.removeAllListeners('data').pause();
        return true;
    },
    'half closed': (bytes, { client }) => {
        client.end();
        return true;
    },
    'late': (bytes, { client, server }) => {
        server.pause();
        setTimeout(() => {
            if (client.writable) client.write(bytes);
            server.resume();
        }, MOST_DELAY_MS * Math.random());
        return true;
    },
};

export class DatabaseWire {
    /** To the unix socket of a cluster (lib/cluster.mjs). */
    constructor(cluster) {
        this.cluster = cluster;
        this.fault = null; // a name in FAULTS
        this.about = null; // a text: hit every answer to what holds it, and no other
        this.hits = 0;
        this.sockets = new Set();
    }

    async open() {
        this.listener = net.createServer({ allowHalfOpen: true }, (client) => this.join(client))
            .listen(0, '127.0.0.1');
        await once(this.listener, 'listening');
        return this;
    }

    dsn(role) {
        return `host=127.0.0.1 port=${this.listener.address().port} user=${role} dbname=wulian`;
    }

    /** For startServer: everything but migrations and the command line goes over this wire. */
    get env() {
        return { WULIAN_DB_APP_DSN: this.dsn('wulian_app'), WULIAN_DB_GATE_DSN: this.dsn('wulian_gate') };
    }

    join(client) {
        const server = net.connect({ path: join(this.cluster.socket, '.s.PGSQL.5432'), allowHalfOpen: true });
        // asked: since the last answer that was whole; it may come in pieces
        const ends = { client, server, asked: Buffer.alloc(0), drop: () => [client, server].forEach((end) => end.destroy()) };
        for (const end of [client, server]) {
            this.sockets.add(end);
            end.once('close', ends.drop).on('error', ends.drop);
            end.once('close', () => this.sockets.delete(end));
        }
        client.on('data', (bytes) => {
            ends.asked = Buffer.concat([ends.asked, bytes]);
            server.write(bytes);
        }).once('end', () => server.end());
        server.on('data', (bytes) => this.carry(bytes, ends)).once('end', () => client.end());
    }

    isHit({ asked }) {
        if (!this.fault) return false;
        return this.about ? asked.includes(this.about) : Math.random() > UNHARMED;
    }

    carry(bytes, ends) {
        if (this.isHit(ends) && FAULTS[this.fault](bytes, ends)) this.hits++;
        else if (ends.client.writable) ends.client.write(bytes);
        if (isDone(bytes)) ends.asked = Buffer.alloc(0);
    }

    close() {
        this.listener.close();
        for (const socket of this.sockets) socket.destroy();
    }
}
