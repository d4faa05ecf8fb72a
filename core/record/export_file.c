/* A table into the store: encrypted like every file, its row its maker's own for a day. */
#include <string.h>

#include "call/bytea.h"
#include "call/lazy.h"
#include "crypto/crypto.h"
#include "file/row.h"
#include "file/store.h"
#include "record/export.h"
#include "tenant/sealed.h"
#include "tenant/keyring.h"

static struct lazy stmt_add = {
    .sql = "insert into core.file (county, id, div, org, name, type, kind, size, received, address,"
           " sha256_enc, state, expires_at)"
           " values ($1, $2::uuid, $3::bigint, $4::uuid, $5, $6, $7, $8::bigint, $8::bigint,"
           " $9::bytea, $10::bytea, 'ready', now() + make_interval(hours =>"
           " core.param($1, $11)::int))"};

static const struct {
    const char *type, *kind, *ending;
} forms[] = {
    [SHEET_CSV] = {"text/csv", "text", "csv"},
    [SHEET_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "office",
                    "xlsx"},
};

static bool sink_write(void *ctx, const void *buf, size_t n)
{
    struct export_file *f = ctx;
    return file_write(f->file, buf, n);
}

bool export_file_begin(struct job *j, enum sheet_form form, const struct sheet_table *table,
                       struct export_file *f)
{
    enum file_fault fault;
    memset(f, 0, sizeof *f);
    uuid7(f->id);
    f->file = file_create(j->county, f->id, &fault);
    if (!f->file) {
        j->error = "export_file_failed";
        return false;
    }
    f->sink = (struct sheet_sink){f, sink_write};
    f->writer = sheet_write_open(form, table, &f->sink);
    return true;
}

bool export_file_end(struct job *j, struct export_file *f)
{
    char address[FILE_ADDRESS_TEXT];
    if (sheet_write_end(f->writer) && file_finish(f->file) == FILE_OK &&
        file_commit(f->file, address) == FILE_OK)
        return true;
    j->error = "export_file_failed";
    return false;
}

bool export_file_add(struct call *c, struct db_batch *b, const struct export_file *f,
                     const char *name, const char *keep_key, enum sheet_form form)
{
    uint8_t sealed[SHA256_LEN + SEAL_OVERHEAD];
    char address[FILE_ADDRESS_TEXT];
    struct seal_key key;
    if (!keyring_data_key(c->county, &key) ||
        !file_address(c->county, file_sha256(f->file), address))
        return false;
    seal(&key, file_sha256_aad(c, f->id), file_sha256(f->file), SHA256_LEN, sealed);
    sealed_key_hold(c, b, key.id);
    crypto_wipe(&key, sizeof key);
    const char *p[] = {rec_number(c, c->county),
                       f->id,
                       rec_number(c, c->actor->scope.lo),
                       c->actor->org,
                       arena_printf(c->arena, "%s.%s", name, forms[form].ending),
                       forms[form].type,
                       forms[form].kind,
                       rec_number(c, file_size(f->file)),
                       arena_printf(c->arena, "\\x%s", address),
                       bytea_text(c->arena, sealed, sizeof sealed),
                       keep_key};
    lazy_add(b, &stmt_add, sizeof p / sizeof *p, p);
    return true;
}

void export_file_close(struct export_file *f)
{
    sheet_write_free(f->writer);
    file_close(f->file);
    *f = (struct export_file){0};
}
