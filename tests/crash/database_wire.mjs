// A wire between the server and its database, over TCP, on which things go wrong while `fault` is set.
import { once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';

const UNHARMED = 0.9; // of the answers, while something goes wrong
const MOST_DELAY_MS = 1500;
const NOTICED_MS = 15_000; // by keepalives; until then PostgreSQL keeps the session
const SYNC = 'S'.charCodeAt(0), QUERY = 'Q'.charCodeAt(0), READY = 'Z'.charCodeAt(0);

/** Takes bytes as they come and gives the messages that are whole; the first has no type (`untyped`). */
function framing({ untyped }) {
    let rest = Buffer.alloc(0);
    return (bytes) => {
        const messages = [];
        for (rest = Buffer.concat([rest, bytes]); ; untyped = false) {
            const head = untyped ? 0 : 1;
            const length = rest.length < head + 4 ? Infinity : head + rest.readInt32BE(head);
            if (rest.length < length) return messages;
            messages.push(rest.subarray(0, length));
            rest = rest.subarray(length);
        }
    };
}

/** What is asked on one connection and what of it is done: a question ends with its Sync, and
 *  ReadyForQuery says of the oldest that it is done, and committed. */
class Questions {
    constructor() {
        this.fromClient = framing({ untyped: true });
        this.fromServer = framing({ untyped: false });
        this.open = []; // texts of those that are under way
        this.text = [];
        this.isBegun = false;
    }

    ask(bytes) {
        for (const message of this.fromClient(bytes)) {
            this.text.push(message);
            if (this.isBegun && message[0] !== SYNC && message[0] !== QUERY) continue;
            this.isBegun = true; // by the message without a type
            this.open.push(Buffer.concat(this.text.splice(0)));
        }
    }

    /** Those that these bytes end. */
    done(bytes) {
        return this.fromServer(bytes).filter((message) => message[0] === READY).map(() => this.open.shift());
    }
}

/** What may happen to an answer: each is given its bytes, the wire's two ends and the questions that are
 *  done with it. True: it did. */
export const FAULTS = {
    'cut in the midst of an answer': (bytes, { client, drop }) => {
        client.end(bytes.subarray(0, Math.floor(bytes.length * Math.random())), drop);
        return true;
    },
    'cut between a commit and the word of it': (bytes, { drop, done }) => {
        if (done.length === 0) return false;
        drop();
        return true;
    },
    'silent for good': (bytes, { client, server, drop }) => {
        for (const end of [client, server]) end.removeAllListeners('data').pause();
        setTimeout(drop, NOTICED_MS).unref();
        return true;
    },
    'half closed': (bytes, { client, drop }) => {
        client.end();
        setTimeout(drop, NOTICED_MS).unref();
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
        this.about = null; // a text: hit the end of every answer to what holds it, and nothing else
        this.isOnce = false; // and then nothing any more
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
        return `host=127.0.0.1 port=${this.listener.address().port} user=${role} dbname=wulian ` +
            'sslmode=disable gssencmode=disable';
    }

    /** For startServer: everything but migrations and the command line goes over this wire. */
    get env() {
        return { WULIAN_DB_APP_DSN: this.dsn('wulian_app'), WULIAN_DB_GATE_DSN: this.dsn('wulian_gate') };
    }

    join(client) {
        const server = net.connect({ path: join(this.cluster.socket, '.s.PGSQL.5432'), allowHalfOpen: true });
        const questions = new Questions();
        const ends = { client, server, questions, drop: () => [client, server].forEach((end) => end.destroy()) };
        for (const end of [client, server]) {
            this.sockets.add(end);
            end.once('close', ends.drop).on('error', ends.drop);
            end.once('close', () => this.sockets.delete(end));
        }
        client.on('data', (bytes) => {
            questions.ask(bytes);
            server.write(bytes);
        }).once('end', () => server.end());
        server.on('data', (bytes) => this.carry(bytes, { ...ends, done: questions.done(bytes) })).once('end', () => client.end());
    }

    isHit({ done }) {
        if (!this.fault) return false;
        return this.about ? done.some((asked) => asked.includes(this.about)) : Math.random() > UNHARMED;
    }

    /** An error comes before the end of its answer, and would be a word of it. */
    isHeld({ questions }) {
        return this.fault && this.about && questions.open[0]?.includes(this.about);
    }

    carry(bytes, ends) {
        if (this.isHit(ends) && FAULTS[this.fault](bytes, ends)) {
            this.hits++;
            if (this.isOnce) this.fault = null;
        } else if (ends.client.writable && !this.isHeld(ends)) ends.client.write(bytes);
    }

    /** Ends every connection, those that went silent too. */
    cut() {
        for (const socket of this.sockets) socket.destroy();
    }

    close() {
        this.listener.close();
        this.cut();
    }
}
