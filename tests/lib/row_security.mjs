// Row security of every table that has it, off and on again.

/** `what`: disable or enable. A statement for each table: the server's own work goes on meanwhile, and
 *  one transaction over all of them would wait for it crosswise. */
export async function rowSecurity(server, what) {
    const tables = await server.rows(
        `select distinct format('%I.%I', schemaname, tablename) as name from pg_policies`);
    await server.psql(tables.map(({ name }) =>
        `alter table ${name} ${what} row level security;`).join('\n'));
}
