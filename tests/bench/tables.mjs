// Tables in and out: a roster of residents imported and exported as CSV by the jobs process, beside
// psql's \copy of the same rows into the same table and out of it.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { idNumber } from '../lib/api.mjs';
import { SHUNHE, SUYU, openCounty, openStations, people, villagesOf } from '../lib/county.mjs';
import { csv, jobEnd, upload } from '../lib/tables.mjs';
import { tempFolder, watch } from '../lib/temp.mjs';
import { median } from './load.mjs';
import { program, scale } from './world.mjs';

const count = Math.round(1e5 * scale);
const table = 'station.resident';

function roster() {
    const villages = villagesOf(SHUNHE);
    const rows = [['name', 'sex', 'birth', 'id_number', 'phone', 'address', 'div']];
    for (let i = 0; i < count; i++) {
        const born = new Date(Date.UTC(1930, 0, 1 + Math.floor(i / 900))).toISOString().slice(0, 10);
        const sequence = i % 900 + 1;
        rows.push([`王${'春夏秋冬'[i % 4]}${'梅兰竹菊松柏'[i % 6]}`, sequence % 2 ? '1' : '2', born,
            idNumber('321311', born.replaceAll('-', ''), sequence), `138${String(i).padStart(8, '0')}`,
            `第${i % 90}组${i % 300}号`, villages[i % villages.length].code]);
    }
    return csv(rows);
}

/** psql -c; → seconds it took. */
function psql(server, command) {
    const began = performance.now();
    const child = watch(spawn(program('psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', server.socket,
        '-U', 'postgres', '-d', 'wulian', '-c', command], { stdio: ['ignore', 'ignore', 'pipe'] }));
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    return new Promise((done, fail) => child.once('close', (status) =>
        status === 0 ? done((performance.now() - began) / 1000) : fail(new Error(err))));
}

/** Seconds a job took by its own clock, from its start to its end. */
function worked({ started_at, finished_at }) {
    return (Date.parse(finished_at) - Date.parse(started_at)) / 1000;
}

async function asked(caller, path, body, what) {
    const { status, body: job } = await caller.post(path, body);
    if (status !== 202) throw new Error(`${what}: ${status} ${JSON.stringify(job)}`);
    const end = await jobEnd(caller, job.id, undefined, 1800);
    if (end.state !== 'done') throw new Error(`${what}: ${JSON.stringify(end)}`);
    return end;
}

async function emptied(server) {
    await server.psql(`delete from ${table}_history where county = ${SUYU};
        delete from ${table} where county = ${SUYU}`);
    await server.psql(`vacuum (analyze) ${table}`);
}

async function sample(server, caller, bytes, file, columns) {
    await emptied(server);
    const id = await upload(caller, bytes);
    const came = await asked(caller, '/station/residents/import?dry_run=false', { file: id }, 'import');
    if (came.counts.created !== count) throw new Error(`import: ${JSON.stringify(came.counts)}`);
    const left = await asked(caller, '/station/residents/export', { format: 'csv' }, 'export');
    const rows = `(select ${columns} from ${table} where county = ${SUYU})`;
    const out = await psql(server, `\\copy ${rows} to '${file}'`);
    await emptied(server);
    const into = await psql(server, `\\copy ${table} (${columns}) from '${file}'`);
    return { import: worked(came), export: worked(left), into, out };
}

function peak(server) {
    const kb = Math.max(...server.pids('jobs').map((pid) =>
        Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])));
    return Math.round(kb / 1024);
}

/** { rows, import: { rows_s, copy_rows_s, ratio }, export: {…}, jobs_peak_mb } */
export async function tableTimes(server, say, rounds) {
    await openCounty(server, SUYU);
    const { admin } = await people(server, SUYU, { admin: ['county_admin', SUYU, '管理员'] });
    await openStations(admin, { [SHUNHE]: '顺河' });
    const { head } = await people(server, SUYU, { head: ['station_head', SHUNHE, '站长'] });
    const columns = await server.psql(`select string_agg(attname, ', ') from pg_attribute
        where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped
          and attgenerated = ''`);
    const folder = tempFolder();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'rows.copy');
    writeFileSync(file, '');
    const bytes = roster();
    const samples = [];
    for (let i = 0; i < rounds; i++) {
        samples.push(await sample(server, head, bytes, file, columns));
    }
    rmSync(file);
    await emptied(server);
    const of = (ours, theirs) => ({
        rows_s: Math.round(count / median(samples.map((s) => s[ours]))),
        copy_rows_s: Math.round(count / median(samples.map((s) => s[theirs]))),
        ratio: Number(median(samples.map((s) => s[theirs] / s[ours])).toPrecision(3)),
    });
    const result = {
        rows: count, import: of('import', 'into'), export: of('export', 'out'),
        jobs_peak_mb: peak(server),
    };
    say(`tables of ${count} rows: import ${result.import.rows_s} rows/s, ` +
        `\\copy ${result.import.copy_rows_s}; export ${result.export.rows_s} rows/s, ` +
        `\\copy ${result.export.copy_rows_s}; jobs ${result.jobs_peak_mb} MB at most`);
    return result;
}
