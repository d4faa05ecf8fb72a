/* Counts under a code that others have declared, in another unit. */
#define NAME "indicator_differs"
#define INDICATORS                                                                                 \
    {                                                                                              \
        .code = "M08", .unit = "unit.things", .persons = "M08P", .kinds = "VISIT_KIND",            \
        .record = "indicator_differs.thing",                                                       \
        .rows = WL_SQL("select t.county, t.div, t.org, t.created_at as at, t.id,"                  \
                       "       null::uuid as person, 'ROUTINE' as kind, 1::bigint as n"            \
                       "  from indicator_differs.thing t where t.deleted_at is null")              \
    }
#include "../plain.h"
