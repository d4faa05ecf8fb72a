// Rows for tests of the database alone, put there by its superuser: two counties, two townships in
// each, and a row of every kind, and people with tokens, in a village or two of each township.

/** The villages; a worker of each township and the county's audit administrator hold tokens. */
export const PLACES = [
    { key: 'a', county: 431129, div: 431129100010 },
    { key: 'b', county: 431129, div: 431129106200 },
    { key: 'c', county: 321311, div: 321311003001 },
    { key: 'd', county: 321311, div: 321311106001 },
    { key: 'e', county: 431129, div: 431129106201 }, // a neighbour of b
];

const NIL = '00000000-0000-0000-0000-000000000000';

/** One uuid for each thing of a place. */
export const idOf = (place, thing) => {
    const hex = Buffer.from(`${place.key}${thing}`).toString('hex').padEnd(22, '0').slice(0, 22);
    const [, ...parts] = /^(.{4})(.{3})(.{3})(.{12})/.exec(hex);
    return `00000000-${parts[0]}-7${parts[1]}-8${parts[2]}-${parts[3]}`;
};

const quote = (value) => value === null ? 'null' : `'${value}'`;

function insert(table, row, history = true) {
    return `insert into ${table} (${Object.keys(row)}) values (${Object.values(row).map(quote)});` +
        (history ? `insert into ${table}_history select * from ${table} t
                     where t.county = ${row.county} and t.id = '${row.id}';` : '');
}

/** Every record: what its row holds besides the common columns. */
const RECORDS = (place) => {
    const person = idOf(place, 'resident');
    return {
        'admin.org_unit': { name: '站', kind: 'STATION' },
        'admin.account': {
            login: `worker-${place.key}`, name: '工', state: 'active', approved_by: NIL },
        'admin.post': {
            account: idOf(place, 'account'), role: 'social_worker', kind: 'business',
            scope_div: Math.floor(place.div / 1e3) * 1e3, valid_from: '2026-01-01',
            state: 'active', approved_by: NIL },
        'station.resident': { name: '单秀英', name_py: 'shanxiuying', name_pi: 'sxy' },
        'station.household': { head: person },
        'station.household_member': {
            household: idOf(place, 'household'), person, relation: '01', joint_living: true },
        'station.request': {
            no: `R-${place.key}`, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3',
            content: '求', received_at: '2026-11-01', state: 'new', person },
        'station.visit': { person, kind: 'ROUTINE', visited_at: '2026-11-01', result: 'MET_WELL' },
        'station.near_relative': {
            account: idOf(place, 'account'), person, relation: '51', state: 'registered' },
        'elderly.elder_profile': {
            person, categories: '{ALONE}', tier: 'H', consent_visit: true, state: 'active' },
        'elderly.errand': { person, kind: 'BUY_FOOD', items: '米', state: 'requested' },
        'elderly.meal_order': {
            person, date: '2026-11-01', meal: 'L', mode: 'CANTEEN', state: 'planned',
            band: 'BASE', price_fen: 2, subsidy_fen: 1 },
        'elderly.meal_settlement': {
            month: `2026-0${'abcde'.indexOf(place.key) + 1}-01`, state: 'draft' }, // once a township
    };
};

function placeRows(place) {
    const common = { county: place.county, div: place.div, org: idOf(place, 'org_unit'),
        change: NIL, created_by: NIL, updated_by: NIL };
    return Object.entries(RECORDS(place)).map(([table, row]) =>
        insert(table, { ...common, id: idOf(place, table.split('.')[1]), ...row })).join('\n');
}

const session = (county, secret, account, post) => `insert into core.session
    (county, hash, kind, account, post, expires_at) values (${county},
    sha256('${secret}'), 'session', '${account}', '${post}', now() + interval '1 day');`;

/** A file that was uploaded there. */
const file = (place, thing, held) => insert('core.file', {
    county: place.county, id: idOf(place, thing), div: place.div, org: idOf(place, 'org_unit'),
    by: idOf(place, 'account'), name: 'a.png', type: 'image/png', kind: 'image', size: 1, received: 1,
    address: `\\x${'00'.repeat(32)}`, sha256_enc: '\\x00', state: 'ready', ...held }, false);

/** An import that the place's worker asked for, and what was wrong with its file. */
function job(place) {
    const [lo, hi] = [0, 1].map((n) => (Math.floor(place.div / 1e3) + n) * 1e3);
    return `${insert('core.job', {
        county: place.county, id: idOf(place, 'job'), kind: 'import', object: 'station.resident',
        permission: 'resident.import', account: idOf(place, 'account'), post: idOf(place, 'post'),
        role: 'social_worker', lo, hi, lang: 'zh', params: '{}', state: 'done', faults: 1 }, false)}
        insert into core.job_fault (county, job, n, place, code, detail)
        values (${place.county}, '${idOf(place, 'job')}', 1, 2, 'required', '必填');`;
}

/** The resident was somebody else before, and a visit went along. */
const merged = (place) => `${insert('core.merge', {
    county: place.county, id: idOf(place, 'merge'), record: 'station.resident',
    loser: idOf(place, 'twin'), winner: idOf(place, 'resident'), by: idOf(place, 'account') }, false)}
    insert into core.merge_move (county, merge, record, field, id) values (${place.county},
        '${idOf(place, 'merge')}', 'station.visit', 'person', '${idOf(place, 'visit')}');`;

/** Sessions and the county's ledgers. */
function placeLedgers(place) {
    const { county } = place;
    const account = idOf(place, 'account');
    const township = Math.floor(place.div / 1e3);
    return `
        ${session(county, `token-${place.key}`, account, idOf(place, 'post'))}
        insert into core.credential (county, account, password)
        values (${county}, '${account}', 'x');
        insert into core.second_factor (county, id, seed_enc) values (${county}, '${account}', 'x');
        insert into core.plugin_activation (county, township, plugin, enabled, by)
        values (${county}, ${township}, 'elderly', true, '${NIL}') on conflict do nothing;
        insert into core.idem (county, actor, key, body, record, id, change)
        values (${county}, '${account}', 'key', sha256('x'), 'station.visit', '${NIL}', '${NIL}');
        ${file(place, 'file', {})}
        ${file(place, 'held', { record: 'station.visit', record_id: idOf(place, 'visit'), field: 'photo' })}
        ${job(place)}
        ${merged(place)}
        insert into core.notice (county, id, post, account, module, text, args, record, record_id, div)
        values (${county}, '${idOf(place, 'notice')}', '${idOf(place, 'post')}', '${account}', 'station',
            'request.new', '{}', 'station.request', '${idOf(place, 'request')}', ${place.div});
        insert into core.preference (county, account, key, value)
        values (${county}, '${account}', 'columns', '[]');
        insert into core.notice_phone (county, id, phone_enc, mask)
        values (${county}, '${account}', '\\x00', '138****5678');
        insert into core.notice_channel (county, id, kind, name, url, method, lang, enabled, created_by,
            updated_by) values (${county}, '${idOf(place, 'channel')}', 'webhook', '${place.key}',
            'https://example.org', 'POST', 'zh', true, '${NIL}', '${NIL}');
        insert into core.notice_outbox (county, id, channel, notice) values (${county},
            '${idOf(place, 'outbox')}', '${idOf(place, 'channel')}', '${idOf(place, 'notice')}');
        insert into core.incident_count (county, incident, div, day, register, kind, n)
        values (${county}, '${NIL}', ${place.div}, '2026-11-01', 'checks', 'ALL', 1);
        insert into core.audit (county, actor, action, object, request)
        values (${county}, '${account}', 'look', 'station.resident', '${NIL}');`;
}

function countyRows(place) {
    const { county } = place;
    const [account, post] = [idOf(place, 'auditor'), idOf(place, 'auditing')];
    const common = { county, div: county * 1e6, org: idOf(place, 'org_unit'), change: NIL,
        created_by: NIL, updated_by: NIL, state: 'active', approved_by: NIL };
    return `
        ${insert('admin.account', { ...common, id: account, login: 'auditor', name: '审' })}
        ${insert('admin.post', { ...common, id: post, account, role: 'audit_admin', kind: 'audit',
            scope_div: county * 1e6, valid_from: '2026-01-01' })}
        ${session(county, `token-audit-${county}`, account, post)}
        insert into core.county_key (county, purpose, id, wrapped)
        values (${county}, 'data', 1, 'x');
        insert into core.counter (county, kind, day, n) values (${county}, 'R', '2026-11-01', 1);
        insert into core.audit_seal (county, seal, n, root, previous, epoch, xid, first_at, last_at, sealed_at,
                suite, key, signature)
            values (${county}, 1, 1, '\\x00', '\\x00', 1, '1', 0, 0, 0, 1, '\\x00', '\\x00');
        insert into core.audit_edge (county, seal, peaks) values (${county}, 1, '\\x00');
        insert into core.chore_run (county, chore, done) values (${county}, 'core.limits', '2026-11-01');
        insert into core.reveal_window (county, account) values (${county}, '${account}');
        insert into core.sign_in_throttle (county, login) values (${county}, sha256('x'));`;
}

/** A value of every type a record's column has: the place's own, or told apart by its number n. */
const VALUES = `case format_type(a.atttypid, null)
    when 'uuid' then quote_literal(md5(t.name || a.attname || p.key)::uuid)
    when 'text' then quote_literal(a.attname || p.key)
    when 'date' then quote_literal(date '2026-01-01' + p.n)
    when 'timestamp with time zone' then quote_literal(timestamptz '2026-01-01' + p.n * interval '1 day')
    when 'time without time zone' then quote_literal('08:00')
    when 'boolean' then 'true'
    when 'jsonb' then quote_literal('[]')
    when 'bytea' then quote_literal(E'\\\\x00')
    when 'text[]' then quote_literal('{}')
    when 'uuid[]' then format('array[%L::uuid]', '${idOf(PLACES[0], 'account')}')
    else p.n::text end`;

/** A row of each place in every record table that has none yet: what its columns must hold, whatever a
 *  description would ask for beyond it. */
const REST = `do $$
declare
    t record; p record; k record; names text; held text; made boolean;
begin
    set local session_replication_role = replica;
    for t in select c.oid, c.oid::regclass::text as name from pg_class c
              where c.relkind = 'r' and c.oid not in ('core.record'::regclass, 'core.reach'::regclass)
                and to_regclass(c.oid::regclass::text || '_history') is not null loop
        execute format('select exists (select from %s)', t.name) into made;
        continue when made;
        for k in select conname from pg_constraint
                  where conrelid = t.oid and contype = 'c' and conname <> 'div_in_county' loop
            execute format('alter table %s drop constraint %I', t.name, k.conname);
        end loop;
        for p in select * from (values ${PLACES.map(({ key, county, div }, n) =>
        `('${key}', ${county}, ${div}, ${n + 1}, '${idOf(PLACES[n], 'row')}'::uuid)`)})
                as v (key, county, div, n, id) loop
            select string_agg(quote_ident(a.attname), ', '), string_agg(case a.attname
                       when 'county' then p.county::text when 'div' then p.div::text
                       when 'id' then quote_literal(p.id) else ${VALUES} end, ', ')
              into names, held
              from pg_attribute a
             where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
               and a.attgenerated = '' and a.attnotnull
               and (not a.atthasdef or a.attname in ('created_by', 'updated_by'));
            execute format('insert into %s (%s) values (%s)', t.name, names, held);
        end loop;
        execute format('insert into %s_history select * from %s', t.name, t.name);
    end loop;
    set local session_replication_role = origin;
end $$;`;

/** What a station of the place has sent, of the report that REST made there. */
const snapshot = (place) => `insert into core.report_snapshot
    (county, id, report, version, div, month, by, figures, corrections, sources, sha256)
    values (${place.county}, '${idOf(place, 'snapshot')}', '${idOf(place, 'row')}', 1, ${place.div},
        '2026-10-01', '${NIL}', '{}', '{}', '{}', '\\x00');`;

export const FIXTURE = `begin;
    insert into core.tenant (county, name) values (431129, '江华'), (321311, '宿豫');
    ${PLACES.map((place) => placeRows(place) + placeLedgers(place)).join('\n')}
    ${countyRows(PLACES[0])} ${countyRows(PLACES[2])} ${REST}
    ${PLACES.map(snapshot).join('\n')} commit;`;

/** Enters as the worker of a place, or as the audit administrator of its county. */
export function enter({ key, county }, permission = 'resident.read') {
    const secret = permission === 'audit.read' ? `token-audit-${county}` : `token-${key}`;
    return `select core.enter(${county}, '${secret}', 1, 1, '${permission}', null, true, null);`;
}
