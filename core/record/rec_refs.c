/* References to other rows, people and files, as conditions in the texts of writes. */
#include "record/reach.h"
#include "record/rec_file.h"
#include "record/rec_text.h"

/* "exists (…)": the row that `value` names is there and the caller may see it. */
static void ref_exists(struct sql *s, const struct rec *r, const struct rec_field *f,
                       const char *value)
{
    if (f->d.type == WL_STAFF) {
        ADD(s,
            "exists (select from admin.post x where " SCOPE_HOLDS(
                "x") " and x.account = %s"
                     " and x.state = 'active' and x.valid_from <= core.today()"
                     " and (x.valid_to is null or x.valid_to > core.today()))",
            value);
        return;
    }
    if (f->d.type == WL_FILE) {
        rec_file_fits(s, r, f, value, s->row);
        return;
    }
    bool origin = r->origin >= 0 && f == &r->fields[r->origin];
    ADD(s,
        "exists (select from %s x where %s and x.id = %s and x.deleted_at is null%s)", f->d.of,
        read_where(s->a, rec_find(f->d.of), "x"), value,
        origin ? " and x.state = 'in_progress'" : "");
}

void ref_holds(struct sql *s, const struct rec *r, int field, const char *value)
{
    const struct rec_field *f = &r->fields[field];
    ADD(s, "(%s is null or ", value);
    ref_exists(s, r, f, value);
    ADD(s, ")");
}
