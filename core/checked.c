#include "checked.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "plugin/modules.h"

enum { PIECE = 1 << 16, HEX = 2 * SHA256_LEN };

/* Every change of a row of the catalog gives it another xmin. What is written anew at each start
 * (by the superuser's step, by who probes whether a table can grow) is compared by what it says.
 * Partitions come and go by themselves, and no statement names one. */
#define MARK                                                                                       \
    "with rel as (select * from pg_class"                                                          \
    "  where relkind in ('r', 'p', 'v', 'm', 'f', 'S') and not relispartition and oid >= 16384)"   \
    " select sha256(convert_to(concat_ws('|', $1::text, version(),"                                \
    " (select sum(hashtextextended(concat_ws(' ', oid, relname, relnamespace, relkind, relowner,"  \
    "         relrowsecurity, relforcerowsecurity, relacl), 0)) from rel),"                        \
    " (select sum(hashtextextended(concat_ws(' ', attrelid, attnum, a.xmin), 0))"                  \
    "    from pg_attribute a join rel on rel.oid = attrelid),"                                     \
    " (select sum(hashtextextended(concat_ws(' ', indexrelid, i.xmin), 0))"                        \
    "    from pg_index i join rel on rel.oid = indrelid),"                                         \
    " (select sum(hashtextextended(concat_ws(' ', c.oid, c.xmin), 0))"                             \
    "    from pg_constraint c left join rel on rel.oid = conrelid"                                 \
    "   where conrelid = 0 or rel.oid is not null),"                                               \
    " (select sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) from pg_policy),"                \
    " (select sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) from pg_rewrite),"               \
    " (select sum(hashtextextended(case when oid < 16384 then concat_ws(' ', oid, proacl)"         \
    "         else concat_ws(' ', oid, xmin) end, 0)) from pg_proc),"                              \
    " (select sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) from pg_operator),"              \
    " (select sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) from pg_cast),"                  \
    " (select sum(hashtextextended(concat_ws(' ', oid, xmin), 0)) from pg_type"                    \
    "   where typtype in ('d', 'e', 'r')),"                                                        \
    " (select sum(hashtextextended(concat_ws(' ', oid, nspname, nspacl), 0))"                      \
    "    from pg_namespace where nspname not like 'pg\\_t%'),"                                     \
    " (select sum(hashtextextended(concat_ws(' ', roleid, member, admin_option), 0))"              \
    "    from pg_auth_members),"                                                                   \
    " (select sum(hashtextextended(concat_ws(' ', oid, rolname, rolsuper, rolbypassrls), 0))"      \
    "    from pg_roles),"                                                                          \
    " (select sum(hashtextextended(concat_ws(' ', setdatabase, setrole, setconfig), 0))"           \
    "    from pg_db_role_setting),"                                                                \
    " (select sum(hashtextextended(concat_ws(' ', source, number, sha256), 0))"                    \
    "    from core.migration),"                                                                    \
    " (select sum(hashtextextended(concat_ws(' ', name, schema, statements), 0))"                  \
    "    from core.plugin)), 'UTF8')) as mark"

static const char same[] = "with now as (" MARK ") select from now join core.checked using (mark)";
static const char remember[] =
    "with now as (" MARK ") insert into core.checked (mark) select mark from now"
    " on conflict (one) do update set mark = excluded.mark, at = now() returning at";

/* This program's own file, also after it was replaced on the disk. */
static void program_add(struct sha256_run *run)
{
    static char piece[PIECE];
    FILE *f = fopen("/proc/self/exe", "rbe");

    for (size_t n; f && (n = fread(piece, 1, PIECE, f)) > 0;)
        sha256_add(run, piece, n);
    if (f)
        fclose(f);
}

static const char *program_hash(struct arena *a, const struct module_list *m)
{
    struct sha256_run *run = sha256_begin();
    char *hex = arena_alloc(a, HEX + 1);
    uint8_t hash[SHA256_LEN];

    program_add(run);
    for (int i = 0; i < m->n; i++) {
        const struct module *x = &m->items[i];

        sha256_add(run, x->plugin->name, strlen(x->plugin->name) + 1);
        sha256_add(run, x->fingerprint, strlen(x->fingerprint) + 1);
    }
    sha256_end(run, hash);
    hex_encode(hash, sizeof hash, hex);
    return hex;
}

bool checked_before(struct arena *a, struct db_conn *owner, const struct module_list *m)
{
    const char *const params[] = {program_hash(a, m)};
    struct db_error e;
    const struct db_rows *r = db_query(owner, a, same, 1, params, &e);

    return r && rows_count(r) == 1;
}

bool checked_remember(struct arena *a, struct db_conn *owner, const struct module_list *m,
                      const char **why)
{
    const char *const params[] = {program_hash(a, m)};
    struct db_error e;

    if (db_query(owner, a, remember, 1, params, &e))
        return true;
    *why = arena_printf(a, "core.checked: %s", e.message);
    return false;
}
