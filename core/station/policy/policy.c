/* 政策: policy parameters and the policy library. */
#include "station/policy/policy.h"

static const struct wl_record *const records[] = {&station_policy_doc, &station_policy_value};

/* A default whose figure is our own assumption, or doubted, is no more confirmed than a value that
 * nobody has confirmed. */
static const struct wl_statement statements[] = {
    {"policy_params",
     WL_SQL("select d.key, jsonb_build_object('zh', d.zh, 'en', d.en) as labels,"
            "       d.unit, (select jsonb_agg(jsonb_build_object('v', c.code, 'zh', c.zh,"
            "                                                    'en', c.en) order by c.sort)"
            "                  from core.code c where c.tab = d.value_tab) as choices,"
            "       d.value as default_value, d.mark,"
            "       d.basis as default_basis,"
            "       coalesce(p.value, d.value) as value, coalesce(p.level, 'NATIONAL') as level,"
            "       p.id, p.effective_from, p.effective_to,"
            "       case when p.id is null then d.basis else p.basis end as basis, p.doc,"
            "       case when p.id is null then d.mark not in ('[A]', '[M?]')"
            "            else p.state = 'confirmed' end as confirmed,"
            "       p.confirmed_by, p.confirmed_at"
            "  from core.policy_default d"
            "  left join lateral core.param_row($1, d.key, coalesce($2::date, core.today())) p"
            "    on true"
            " where $3::text is null or d.key = $3"
            " order by d.key")},
};

static const struct wl_route routes[] = {
    {.method = "GET",
     .path = "/policy_params",
     .permission = "policy.read",
     .handler = policy_params_handle,
     .sensitivity = WL_CLASS_0,
     .asks = "on?:date key?:text",
     .gives = "{items:[{key labels:{zh? en?} unit choices?:[{v zh en}]"
              " default_value mark default_basis? value level id?:uuid"
              " effective_from?:date effective_to?:date basis? doc?:uuid confirmed:bool"
              " confirmed_by?:uuid confirmed_at?:time}]}",
     .summary = "Policy parameters: national default and what is in use on a day"},
};

static const struct wl_access access[] = {
    /* policy_doc 政策库: kept by the county, read by whoever serves; all [A]. Rights on `policy` stand
     * in the core's matrix (domain book 3.7) */
    {"policy_doc", "county_admin", "create read update publish import export"},
    {"policy_doc", "county_section", "create read update publish import export"},
    {"policy_doc", "county_leader", "read"},
    {"policy_doc", "verify_officer", "read"},
    {"policy_doc", "township_officer", "read"},
    {"policy_doc", "child_supervisor", "read"},
    {"policy_doc", "station_head", "read"},
    {"policy_doc", "social_worker", "read"},
    {"policy_doc", "room_worker", "read"},
    {"policy_doc", "child_director", "read"},
    {"policy_doc", "grid_worker", "read"},
    {"policy_doc", "agency_supervisor", "read"},
    {"policy_doc", "agency_manager", "read"},
    {"policy_doc", "intern", "read"},
    {"policy_doc", "hotline_operator", "read"},
    {"policy_doc", "auditor_biz", "read"},
};

const struct wl_plugin station_policy = {
    .size = sizeof(struct wl_plugin),
    .name = "policy",
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access),
};
