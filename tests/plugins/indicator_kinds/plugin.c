/* An indicator whose kinds come from a code table that nobody made. */
#define NAME "indicator_kinds"
#define INDICATORS                                                                                 \
    {                                                                                              \
        .code = "X01", .unit = "unit.things", .kinds = "COLOURS",                                  \
        .record = "indicator_kinds.thing",                                                         \
        .rows = WL_SQL("select t.county, t.div, t.org, t.created_at as at, t.id,"                  \
                       "       null::uuid as person, '' as kind, 1::bigint as n"                   \
                       "  from indicator_kinds.thing t where t.deleted_at is null")                \
    }
#include "../plain.h"
