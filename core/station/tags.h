/* 一核双社三维四服五联: the six fields by which a service record says which cell of the model it fills
 * (domain book 2.7). Their columns: core_task boolean, platform text, dims text[], service text,
 * links text[], reach text; their texts "<record>.core_task" … in the record's part. */
#ifndef WULIAN_STATION_TAGS_H
#define WULIAN_STATION_TAGS_H

#include <wulian/plugin.h>

#define MODEL_TAGS(service_flags)                                                                  \
    {"core_task", WL_BOOL, WL_CLASS_0, .flags = WL_LISTED},                                        \
        {"platform", WL_CHOICE, WL_CLASS_0, .flags = WL_LISTED, .of = "MODEL_PLATFORM"},           \
        {"dims", WL_CHOICES, WL_CLASS_0, .flags = WL_LISTED, .of = "MODEL_DIM"},                   \
        {"service", WL_CHOICE, WL_CLASS_0, .flags = (service_flags) | WL_LISTED,                   \
         .of = "REQ_DOMAIN"},                                                                      \
        {"links", WL_CHOICES, WL_CLASS_0, .flags = WL_LISTED, .of = "MODEL_LINK"},                 \
    {                                                                                              \
        "reach", WL_CHOICE, WL_CLASS_0, .flags = WL_LISTED, .of = "SERVICE_REACH"                  \
    }

#endif
