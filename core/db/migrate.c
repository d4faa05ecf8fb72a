#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "db/db.h"

enum {
    FILES_MAX = 1000,
    NAME_BYTES = 128,
    FILE_BYTES = 8 << 20,
    NUMBER_DIGITS = 4,
    TRIES = 10,
    PAUSE_MS = 500,
    LOCK_WAIT_TRIES = 600, /* of PAUSE_MS: five minutes */
    HASH_TEXT = 2 * SHA256_LEN + 1
};

struct migration {
    struct db_conn *conn;
    struct arena *a;
    const struct migrate_options *options;
    char **why;
    bool looks; /* nothing is applied, only counted */
    int applied, known, lacking;
};

/* One file of a source ("core" or a plugin's name). */
struct script {
    const char *source, *path, *name;
    int number;
    const char *text;
    char hash[HASH_TEXT];
};

static bool refuse(struct migration *m, const char *what, const char *why)
{
    *m->why = arena_printf(m->a, "%s: %s", what, why);
    return false;
}

static void pause_ms(int ms)
{
    const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    nanosleep(&t, NULL);
}

/* --- files ------------------------------------------------------------------------------------ */

struct names {
    int n;
    const char *name[FILES_MAX];
};

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted names in a folder that end in `suffix`; none when there is no folder. */
static bool names_read(struct arena *a, const char *dir, const char *suffix, struct names *out,
                       char **why)
{
    DIR *d = opendir(dir);
    const struct dirent *e;

    out->n = 0;
    if (!d && errno == ENOENT)
        return true;
    if (!d) {
        *why = arena_printf(a, "%s: %s", dir, strerror(errno));
        return false;
    }
    while (out->n < FILES_MAX && (e = readdir(d))) {
        size_t n = strlen(e->d_name);

        if (e->d_name[0] != '.' && n > strlen(suffix) &&
            str_eq(e->d_name + n - strlen(suffix), suffix))
            out->name[out->n++] = arena_strdup(a, e->d_name);
    }
    closedir(d);
    if (out->n == FILES_MAX) {
        *why = arena_printf(a, "%s: more than %d files", dir, FILES_MAX - 1);
        return false;
    }
    qsort(out->name, (size_t)out->n, sizeof out->name[0], name_compare);
    return true;
}

static const char *file_text(struct arena *a, const char *path, char **why)
{
    FILE *f = fopen(path, "re");
    struct stat st;
    char *text = NULL;

    if (!f || fstat(fileno(f), &st) != 0 || st.st_size > FILE_BYTES) {
        *why = arena_printf(a, "%s: %s", path, f ? "too long" : strerror(errno));
    } else {
        text = arena_alloc(a, (size_t)st.st_size + 1);
        if (fread(text, 1, (size_t)st.st_size, f) != (size_t)st.st_size ||
            strlen(text) != (size_t)st.st_size || !utf8_valid(text, strlen(text))) {
            *why = arena_printf(a, "%s: not plain UTF-8 text", path);
            text = NULL;
        }
    }
    if (f)
        fclose(f);
    return text;
}

/* "0012_person.sql" → 12, or 0. */
static int number_of(const char *name)
{
    char digits[NUMBER_DIGITS + 1] = {0};
    const char *rest = name + NUMBER_DIGITS;
    int64_t v;

    if (strlen(name) < NUMBER_DIGITS + sizeof "_x.sql" - 1 || *rest != '_' ||
        strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(rest) - strlen(".sql"))
        return 0;
    memcpy(digits, name, NUMBER_DIGITS);
    return str_int64(digits, &v) && v > 0 ? (int)v : 0;
}

static bool script_read(struct migration *m, const char *source, const char *dir, const char *name,
                        struct script *s)
{
    uint8_t sum[SHA256_LEN];

    *s = (struct script){.source = source, .name = name, .number = number_of(name)};
    s->path = arena_printf(m->a, "%s/%s", dir, name);
    if (!s->number)
        return refuse(m, s->path, "a migration is named NNNN_name.sql, in lower case");
    s->text = file_text(m->a, s->path, m->why);
    if (!s->text)
        return false;
    sha256(s->text, strlen(s->text), sum);
    hex_encode(sum, sizeof sum, s->hash);
    return true;
}

/* --- the database ----------------------------------------------------------------------------- */

static const char *fault_text(struct arena *a, const struct db_error *e)
{
    const char *hint = e->hint && *e->hint ? e->hint : NULL;

    return arena_printf(a, "%s [%s]%s%s", e->message ? e->message : "connection lost", e->sqlstate,
                        hint ? " — " : "", hint ? hint : "");
}

static bool command(struct migration *m, const char *what, const char *sql)
{
    struct db_error e;

    return db_script(m->conn, m->a, sql, &e) == DB_OK || refuse(m, what, fault_text(m->a, &e));
}

static const char *one_text(struct migration *m, const char *sql)
{
    struct db_error e;
    const struct db_rows *r = db_query(m->conn, m->a, sql, 0, NULL, &e);

    if (r && rows_count(r) == 1)
        return rows_text(r, 0, 0);
    refuse(m, "database", r ? "no answer" : fault_text(m->a, &e));
    return NULL;
}

static bool lock_take(struct migration *m)
{
    static const char sql[] = "select pg_catalog.pg_try_advisory_lock(14718310001)";

    for (int i = 0; i < LOCK_WAIT_TRIES; i++) {
        const char *got = one_text(m, sql);

        if (!got)
            return false;
        if (str_eq(got, "t"))
            return true;
        if (i == 0)
            m->options->say("another migrate is at work: waiting");
        pause_ms(PAUSE_MS);
    }
    return refuse(m, "database", "another migrate has been at work for five minutes");
}

static bool table_make(struct migration *m)
{
    static const char sql[] = "create schema if not exists core;"
                              "create table if not exists core.migration ("
                              " source text not null check (source ~ '^[a-z][a-z0-9_]*$'),"
                              " number int not null check (number between 1 and 9999),"
                              " name text not null,"
                              " sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),"
                              " applied_at timestamptz not null default pg_catalog.now(),"
                              " primary key (source, number));"
                              "comment on table core.migration is"
                              " 'applied migration files; written by wulian migrate only'";

    return command(m, "core.migration", sql);
}

enum stand { STAND_FAULT, STAND_MISSING, STAND_APPLIED };

/* Whether the file was applied before, and unchanged. */
static enum stand script_stand(struct migration *m, const struct script *s)
{
    const char *params[] = {s->source, arena_printf(m->a, "%d", s->number)};
    struct db_error e;
    const struct db_rows *r = db_query(
        m->conn, m->a, "select sha256 from core.migration where source = $1 and number = $2", 2,
        params, &e);

    if (!r)
        return refuse(m, "core.migration", fault_text(m->a, &e)) ? STAND_APPLIED : STAND_FAULT;
    if (rows_count(r) == 0)
        return STAND_MISSING;
    if (str_eq(rows_text(r, 0, 0), s->hash))
        return STAND_APPLIED;
    refuse(m, s->path,
           "was changed after it was applied here; put the applied text back and write a new file");
    return STAND_FAULT;
}

/* --- applying --------------------------------------------------------------------------------- */

static bool remember(struct migration *m, const struct script *s, struct db_error *e)
{
    const char *params[] = {s->source, arena_printf(m->a, "%d", s->number), s->name, s->hash};

    return db_query(m->conn, m->a,
                    "insert into core.migration (source, number, name, sha256)"
                    " values ($1, $2, $3, $4)",
                    4, params, e) != NULL;
}

/* One try, in one transaction. False with *e, or with *why and an empty sqlstate. */
static bool script_try(struct migration *m, const struct script *s, struct db_error *e)
{
    static const char xid[] = "select pg_catalog.pg_current_xact_id()::text";
    const char *before, *after;

    *e = (struct db_error){.sqlstate = ""};
    if (db_script(m->conn, m->a, "begin; set local lock_timeout = '2s'", e) != DB_OK)
        return false;
    before = one_text(m, xid);
    if (!before || db_script(m->conn, m->a, s->text, e) != DB_OK)
        return false;
    after = one_text(m, xid);
    if (!after)
        return false;
    if (!str_eq(before, after))
        return refuse(m, s->path,
                      "ends the transaction it runs in; remove begin, commit, rollback");
    return db_script(m->conn, m->a, "reset search_path", e) == DB_OK && remember(m, s, e) &&
           db_script(m->conn, m->a, "commit", e) == DB_OK;
}

static bool script_apply(struct migration *m, const struct script *s)
{
    int64_t began = clock_mono();
    struct db_error e;
    struct db_error ignored;

    for (int i = 1; !script_try(m, s, &e); i++) {
        db_script(m->conn, m->a, "rollback", &ignored);
        if (e.sqlstate[0] == '\0' && *m->why)
            return false;
        if (!str_eq(e.sqlstate, "55P03") || i == TRIES)
            return refuse(m, s->path, fault_text(m->a, &e));
        m->options->say(
            arena_printf(m->a, "%s/%s waits for a lock (%d of %d)", s->source, s->name, i, TRIES));
        pause_ms(PAUSE_MS);
    }
    m->applied++;
    m->options->say(arena_printf(m->a, "%s/%s (%lld ms)", s->source, s->name,
                                 (long long)(clock_mono() - began) / 1000));
    return true;
}

/* What lacks is applied, or counted where somebody only looks. */
static bool script_due(struct migration *m, const struct script *s)
{
    m->lacking++;
    return m->looks || script_apply(m, s);
}

/* A database that knows more than we do belongs to a newer version. */
static bool nothing_lacks(struct migration *m, const char *source, const char *dir,
                          const struct names *files)
{
    const char *params[] = {source};
    struct db_error e;
    const struct db_rows *r = db_query(
        m->conn, m->a, "select number, name from core.migration where source = $1", 1, params, &e);

    if (!r)
        return refuse(m, "core.migration", fault_text(m->a, &e));
    for (int row = 0; row < rows_count(r); row++) {
        bool found = false;

        for (int i = 0; i < files->n; i++)
            found = found || number_of(files->name[i]) == (int)rows_int(r, row, 0);
        if (!found)
            return refuse(m, arena_printf(m->a, "%s/%s", dir, rows_text(r, row, 1)),
                          "was applied to this database but is not here: older program?");
    }
    return true;
}

static bool source_run(struct migration *m, const char *source, const char *dir)
{
    struct names *files = arena_alloc(m->a, sizeof *files);
    int last = 0;

    if (!names_read(m->a, dir, ".sql", files, m->why) || !nothing_lacks(m, source, dir, files))
        return false;
    for (int i = 0; i < files->n; i++) {
        struct script s;
        enum stand stand;

        if (!script_read(m, source, dir, files->name[i], &s))
            return false;
        if (s.number == last)
            return refuse(m, s.path, "another file has the same number");
        last = s.number;
        stand = script_stand(m, &s);
        if (stand == STAND_FAULT || (stand == STAND_MISSING && !script_due(m, &s)))
            return false;
        m->known++;
    }
    return true;
}

static bool plugins_run(struct migration *m)
{
    const struct migrate_options *o = m->options;
    struct names *plugins = arena_alloc(m->a, sizeof *plugins);

    if (!names_read(m->a, o->plugins_dir, "", plugins, m->why))
        return false;
    for (int i = 0; i < plugins->n; i++) {
        const char *name = plugins->name[i];
        struct stat st;

        if (stat(arena_printf(m->a, "%s/%s/sql", o->plugins_dir, name), &st) != 0)
            continue;
        if (!str_eq(o->enabled, "*") && !str_has_word(o->enabled, name))
            continue;
        if (!source_run(m, name, arena_printf(m->a, "%s/%s/sql", o->plugins_dir, name)))
            return false;
    }
    return true;
}

bool migrate_run(struct db_conn *conn, struct arena *a, const struct migrate_options *o, char **why)
{
    struct migration m = {.conn = conn, .a = a, .options = o, .why = why};

    *why = NULL;
    if (!lock_take(&m) || !table_make(&m) || !source_run(&m, "core", o->sql_dir) ||
        !plugins_run(&m))
        return false;
    o->say(arena_printf(a, "%d applied now, %d in all", m.applied, m.known));
    return command(&m, "database", "select pg_catalog.pg_advisory_unlock(14718310001)");
}

int migrate_lacking(struct db_conn *conn, struct arena *a, const struct migrate_options *o,
                    char **why)
{
    struct migration m = {.conn = conn, .a = a, .options = o, .why = why, .looks = true};

    *why = NULL;
    return source_run(&m, "core", o->sql_dir) && plugins_run(&m) ? m.lacking : -1;
}

bool migrate_roles(struct db_conn *conn, struct arena *a, const char *dir,
                   void (*say)(const char *), char **why)
{
    struct migrate_options o = {.say = say};
    struct migration m = {.conn = conn, .a = a, .options = &o, .why = why};
    struct names *files = arena_alloc(a, sizeof *files);

    if (!names_read(a, dir, ".sql", files, why))
        return false;
    if (files->n == 0)
        return refuse(&m, dir, "no *.sql there");
    for (int i = 0; i < files->n; i++) {
        const char *path = arena_printf(a, "%s/%s", dir, files->name[i]);
        const char *text = file_text(a, path, why);

        if (!text || !command(&m, path, text))
            return false;
        say(arena_printf(a, "install/%s", files->name[i]));
    }
    return true;
}
