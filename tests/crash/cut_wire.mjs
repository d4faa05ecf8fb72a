// A wire between clients and the server that is cut in the midst of answers.
import { once } from 'node:events';
import net from 'node:net';

export class CutWire {
    /** To `address` ("127.0.0.1:8431"); while `cutting`, each connection carries back only its first
     *  bytes, up to `most`. */
    constructor(address, most = 6000) {
        [this.host, this.port] = address.split(':');
        this.most = most;
        this.cutting = true;
        this.cuts = 0;
        this.sockets = new Set();
    }

    async open() {
        this.server = net.createServer((client) => this.join(client)).listen(0, '127.0.0.1');
        await once(this.server, 'listening');
        this.base = `http://127.0.0.1:${this.server.address().port}`;
        return this;
    }

    join(client) {
        const server = net.connect(this.port, this.host);
        const ends = [client, server];
        const drop = () => ends.forEach((end) => end.destroy());
        for (const end of ends) {
            this.sockets.add(end);
            end.once('close', drop).on('error', drop);
            end.once('close', () => this.sockets.delete(end));
        }
        client.pipe(server);
        this.carry(server, client, drop);
    }

    carry(server, client, drop) {
        let left = Math.floor(this.most * Math.random());
        server.on('data', (bytes) => {
            if (!this.cutting || bytes.length <= left) {
                left -= bytes.length;
                return client.write(bytes);
            }
            this.cuts++;
            server.pause();
            return client.end(bytes.subarray(0, Math.max(left, 0)), drop);
        });
    }

    close() {
        this.server.close();
        for (const socket of this.sockets) socket.destroy();
    }
}
