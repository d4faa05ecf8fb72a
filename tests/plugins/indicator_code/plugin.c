/* Has the code of another's persons. */
#define NAME "indicator_code"
#define INDICATORS                                                                                 \
    {                                                                                              \
        .code = "M08P", .unit = "unit.things", .persons = NULL, .kinds = "VISIT_KIND",             \
        .record = "indicator_code.thing",                                                          \
        .rows = WL_SQL("select t.county, t.div, t.org, t.created_at as at, t.id,"                  \
                       "       null::uuid as person, 'ROUTINE' as kind, 1::bigint as n"            \
                       "  from indicator_code.thing t where t.deleted_at is null")                 \
    }
#include "../plain.h"
