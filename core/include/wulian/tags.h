/* 一核双社三维四服五联: the six fields by which a service record says which cell of the model it
 * fills (domain book 2.7), and the indicators that count the cells. A plugin may include this
 * beside plugin.h.
 *
 * Columns of a record with the tags: core_task boolean, platform text, dims text[], service text,
 * links text[], reach text. Their labels are the platform's ("tag.core_task" …) where the record
 * has none of its own. */
#ifndef WULIAN_TAGS_H
#define WULIAN_TAGS_H

#include <wulian/plugin.h>

/* Rows of a record's fields; service_flags: WL_REQUIRED, WL_FILTER or 0. */
#define WL_MODEL_TAGS(service_flags)                                                               \
    {"core_task", WL_BOOL, WL_CLASS_0, .flags = WL_LISTED},                                        \
        {"platform", WL_CHOICE, WL_CLASS_0, .flags = WL_LISTED, .of = "MODEL_PLATFORM"},           \
        {"dims", WL_CHOICES, WL_CLASS_0, .flags = WL_LISTED, .of = "MODEL_DIM"},                   \
        {"service", WL_CHOICE, WL_CLASS_0, .flags = (service_flags) | WL_LISTED,                   \
         .of = "REQ_DOMAIN"},                                                                      \
        {"links", WL_CHOICES, WL_CLASS_0, .flags = WL_LISTED, .of = "MODEL_LINK"},                 \
    {                                                                                              \
        "reach", WL_CHOICE, WL_CLASS_0, .flags = WL_LISTED, .of = "SERVICE_REACH"                  \
    }

/* "a.core_task, a.platform, …", to stand in a SELECT of tagged rows. */
#define WL_TAG_COLUMNS(a)                                                                          \
    a ".core_task, " a ".platform, " a ".dims, " a ".service, " a ".links, " a ".reach"

#define WL_TAGGED_BY(tag, rows_)                                                                   \
    WL_SQL("select x.county, x.div, x.org, x.at, x.id, x.person, x." tag " as kind,"               \
           "       1::bigint as n, x.record from (" rows_ ") x where x." tag " is not null")
#define WL_TAGGED_BY_EACH(tags, rows_)                                                             \
    WL_SQL("select x.county, x.div, x.org, x.at, x.id, x.person, tag as kind, 1::bigint as n,"     \
           "       x.record from (" rows_ ") x cross join unnest(x." tags ") tag")

/* Rows of the indicators: M38, where services stand in the model — by dimension, service, platform
 * and link, whether they are for all or for some (普惠, 特惠), and how many serve the core task.
 * records_: "elderly.errand elderly.meal_order"; rows_: a SELECT giving county, div, org, at, id,
 * person, the six tags and record text of every service that was done. */
#define WL_MODEL_COUNTS(records_, rows_)                                                           \
    {"M38", "unit.services", .kinds = "MODEL_DIM", .record = (records_),                           \
     .rows = WL_TAGGED_BY_EACH("dims", rows_)},                                                    \
        {"M38S", "unit.services", .kinds = "REQ_DOMAIN", .record = (records_),                     \
         .rows = WL_TAGGED_BY("service", rows_)},                                                  \
        {"M38P", "unit.services", .kinds = "MODEL_PLATFORM", .record = (records_),                 \
         .rows = WL_TAGGED_BY("platform", rows_)},                                                 \
        {"M38L", "unit.services", .kinds = "MODEL_LINK", .record = (records_),                     \
         .rows = WL_TAGGED_BY_EACH("links", rows_)},                                               \
        {"M38R",                                                                                   \
         "unit.services",                                                                          \
         .persons = "M38RP",                                                                       \
         .kinds = "SERVICE_REACH",                                                                 \
         .record = (records_),                                                                     \
         .rows = WL_TAGGED_BY("reach", rows_)},                                                    \
    {                                                                                              \
        "M38K", "unit.services",                                                                   \
            .share = "core", .record = (records_),                                                 \
            .rows = WL_SQL("select x.county, x.div, x.org, x.at, x.id, x.person,"                  \
                           "       case when x.core_task then 'core' else 'other' end as kind,"    \
                           "       1::bigint as n, x.record from (" rows_ ") x")                   \
    }

#endif
