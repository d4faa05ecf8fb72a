/* What other records of the plugin do to the file of their person: effects to list among theirs. */
#ifndef ELDERLY_PEOPLE_H
#define ELDERLY_PEOPLE_H

#include <wulian/plugin.h>

#define FILE_OF_PERSON                                                                             \
    WL_SQL("select p.id from elderly.elder_profile p"                                              \
           " where p.county = t.county and p.person = t.person and p.state = 'active'"             \
           "   and p.closed_for is null and p.deleted_at is null")

/* Somebody has seen the elder, or spoken to them: the next visit is due by the tier from now on. */
#define ELDER_MET(steps, condition)                                                                \
    {                                                                                              \
        .on = steps, .when = WL_SQL(condition), .record = "elderly.elder_profile",                 \
        .rows = FILE_OF_PERSON,                                                                    \
        .set = WL_SQL("contacted_at = now(), next_visit_due = elderly.next_visit_due(o.county,"    \
                      " o.div, o.tier, o.consent_visit, now(), o.changed_at)")                     \
    }

/* A major change, a code of ELDER_CHANGE: somebody has to go there within hours. */
#define ELDER_CHANGED(steps, condition, kind)                                                      \
    {                                                                                              \
        .on = steps, .when = WL_SQL(condition), .record = "elderly.elder_profile",                 \
        .rows = FILE_OF_PERSON,                                                                    \
        .set = WL_SQL("change_kind = '" kind "', changed_at = now(), next_visit_due ="             \
                      " elderly.next_visit_due(o.county, o.div, o.tier, o.consent_visit, now(),"   \
                      " now())")                                                                   \
    }

#endif
