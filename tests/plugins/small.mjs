// The smallest county in which a plugin works: one township where it is on, and its station head.
import { randomBytes } from 'node:crypto';

export const COUNTY = 431129;
export const TOWNSHIP = 431129100;

// A crash must reach the kernel, and the server's own handlers before it, not the sanitizer's.
export const ASAN = 'detect_leaks=1:abort_on_error=0:handle_segv=0:handle_abort=0';

const sql = (secret, plugins) => `
    insert into core.tenant (county, name) values (${COUNTY}, 'J');
    insert into core.division values
        (${COUNTY}000000, 'J', 3, null, null, '2020-01-01'),
        (${TOWNSHIP}000, 'A', 4, ${COUNTY}000000, null, '2020-01-01');
    insert into core.plugin_activation (county, township, plugin, enabled, by)
        select ${COUNTY}, ${TOWNSHIP}, p, true, gen_random_uuid()
          from unnest('{${plugins}}'::text[]) p;
    do $$ declare
        o uuid := gen_random_uuid();
        u uuid := gen_random_uuid();
        p uuid := gen_random_uuid();
        div bigint := ${TOWNSHIP}000;
    begin
        insert into admin.org_unit (county, id, div, org, change, created_by, updated_by, name, kind)
            values (${COUNTY}, o, ${COUNTY}000000, o, o, o, o, 'bureau', 'COUNTY');
        insert into admin.account (county, id, div, org, change, created_by, updated_by, login, name,
                                   state, approved_by)
            values (${COUNTY}, u, div, o, u, o, o, 'head', 'H', 'active', u);
        insert into admin.post (county, id, div, org, change, created_by, updated_by, account, role,
                                kind, scope_div, state, approved_by)
            values (${COUNTY}, p, div, o, p, o, o, u, 'station_head', 'business', div, 'active', u);
        insert into core.session (county, hash, kind, account, post, expires_at)
            values (${COUNTY}, sha256('${secret}'), 'session', u, p, now() + interval '1 hour');
    end $$;`;

/** Makes the county; the head's token. */
export async function smallCounty(server, plugins) {
    const secret = randomBytes(32).toString('base64url');
    await server.psql(sql(secret, plugins));
    return `wl1_${COUNTY}_${secret}`;
}
