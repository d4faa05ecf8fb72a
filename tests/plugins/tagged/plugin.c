/* Its record carries the model's tags and is counted with the station's: M38 and M08 are declared
 * by both. */
#include <wulian/tags.h>

#define NAME "tagged"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
        {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_LISTED, .of = "station.resident"},        \
        WL_MODEL_TAGS(0)
#define TAGGED                                                                                     \
    "select t.county, t.div, t.org, t.created_at as at, t.id, t.person, " WL_TAG_COLUMNS(          \
        "t") ","                                                                                   \
             "       'tagged.thing' as record from tagged.thing t where t.deleted_at is null"
#define INDICATORS                                                                                 \
    WL_MODEL_COUNTS("tagged.thing", TAGGED),                                                       \
    {                                                                                              \
        "M08", "unit.visits", .persons = "M08P", .kinds = "VISIT_KIND", .record = "tagged.thing",  \
                              .rows = WL_SQL("select x.county, x.div, x.org, x.at,"                \
                                             " x.id, x.person, 'ROUTINE' as kind,"                 \
                                             " 1::bigint as n"                                     \
                                             " from (" TAGGED ") x")                               \
    }
#include "../plain.h"
