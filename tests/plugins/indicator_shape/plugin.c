/* An indicator that gives other columns than the report sums. */
#define NAME "indicator_shape"
#define INDICATORS                                                                                 \
    {                                                                                              \
        .code = "X01", .unit = "unit.things", .record = "indicator_shape.thing",                   \
        .rows = WL_SQL("select t.county, t.div, t.org, t.created_at as at, t.id,"                  \
                       "       null::uuid as person, '' as kind, 1 as n"                           \
                       "  from indicator_shape.thing t where t.deleted_at is null")                \
    }
#include "../plain.h"
