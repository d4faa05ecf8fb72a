#include "county_import.h"

#include "base/time.h"
#include "call/lazy.h"
#include "tenant/keyring.h"

enum { WAIT_US = 10 * 1000000, COUNTY_WIDTH = 1000000 };

static void show(double share, void *arg)
{
    cli_progress(arg, share);
}

static bool files_read(struct cli *c, const struct county_import *in, struct division_list *list,
                       const char **why)
{
    for (int i = 0; i < in->nfiles; i++) {
        /* the callback's argument is not const, the name is only read */
        char *what = arena_strdup(c->arena, in->files[i]);

        if (!divisions_read(c->arena, in->files[i], in->county, list, show, what, why))
            return false;
    }
    cli_progress_end();
    if (list->n > 0)
        return true;
    *why = arena_printf(c->arena, "the files hold no division of %d", in->county);
    return false;
}

static const char *name_in(const struct division_list *list, int county)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].code == (int64_t)county * COUNTY_WIDTH)
            return list->items[i].name;
    return NULL;
}

static struct lazy stmt_tenant = {.sql = "select name from core.tenant where county = $1"};

/* The county's name: as given, as in the files, as in the database. *open: a tenant already. */
static bool name_find(struct cli *c, struct db_conn *owner, const struct county_import *in,
                      const struct division_list *list, const char **name, bool *open)
{
    struct db_batch *b = batch_new(c->arena, clock_mono() + WAIT_US);
    const char *county = arena_printf(c->arena, "%d", in->county);
    const struct db_rows *r;

    lazy_add(b, &stmt_tenant, 1, &county);
    if (!cli_run(c, owner, b))
        return false;
    r = b->item[0].rows;
    *open = rows_count(r) == 1;
    *name = in->name ? in->name : name_in(list, in->county);
    if (!*name && *open)
        *name = rows_text(r, 0, 0);
    return true;
}

static bool open_county(struct cli *c, struct db_conn *owner, int county, const char *name,
                        struct opened *out, const char **why)
{
    if (!keyring_open(settings_text(&c->settings, "keys.master_file"), why))
        return false;
    return tenant_open(c->arena, owner, county, name, out, why);
}

bool county_import(struct cli *c, struct db_conn *owner, const struct county_import *in,
                   struct county_imported *out, const char **why)
{
    struct division_list list = {0};
    struct division_import divisions = {.county = in->county,
                                        .list = &list,
                                        .from = in->from,
                                        .force = in->force,
                                        .dry_run = in->dry_run};
    bool open = false;

    *out = (struct county_imported){0};
    *why = "the county cannot be looked up";
    if (!files_read(c, in, &list, why) || !name_find(c, owner, in, &list, &out->name, &open))
        return false;
    if (!out->name) {
        *why = arena_printf(c->arena, "county %d is new and no file has its name: add areas.csv or "
                                      "--name", in->county);
        return false;
    }
    if (!open && !in->dry_run && !open_county(c, owner, in->county, out->name, &out->opened, why))
        return false;
    return divisions_import(c->arena, owner, &divisions, &out->divisions, why);
}
