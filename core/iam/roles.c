#include "iam/permission.h"

#include "base/str.h"

/* Domain book 1.2, in its order, and the role of background work. */
const struct role iam_roles[] = {
    {"county_admin", "县民政局业务管理员", "County business administrator", "business"},
    {"county_leader", "分管局领导/局长", "County bureau leader", "business"},
    {"county_section", "业务股室", "County section officer", "business"},
    {"verify_officer", "核对中心工作人员", "Economic verification officer", "business"},
    {"township_officer", "乡镇民政办主任/民政助理", "Township civil-affairs officer", "business"},
    {"child_supervisor", "儿童督导员", "Child supervisor", "business"},
    {"station_head", "站长", "Head of station", "business"},
    {"social_worker", "驻站社工", "Social worker", "business"},
    {"room_worker", "村居社工室负责人", "Village room worker", "business"},
    {"child_director", "儿童主任", "Child director", "business"},
    {"grid_worker", "网格员", "Grid worker", "business"},
    {"agency_supervisor", "承接机构督导", "Agency supervisor", "business"},
    {"agency_manager", "承接机构负责人", "Agency manager", "business"},
    {"volunteer", "志愿者", "Volunteer", "business"},
    {"intern", "高校实习生", "Intern", "business"},
    {"hotline_operator", "热线坐席", "Hotline operator", "business"},
    {"venue_operator", "服务场地人员", "Venue operator", "business"},
    {"partner_user", "协办单位", "Partner organisation", "business"},
    {"resident", "居民/家属", "Resident or relative", "business"},
    {"auditor_biz", "审计/纪检/绩效评价", "Business auditor", "business"},
    {"sys_admin", "系统管理员", "System administrator", "sys"},
    {"sec_admin", "安全管理员", "Security administrator", "sec"},
    {"audit_admin", "安全审计员", "Audit administrator", "audit"},
    {"service", "后台任务", "Background work", "service"},
    {NULL, NULL, NULL, NULL},
};

const struct role *role_find(const char *code)
{
    for (const struct role *r = iam_roles; r->code; r++)
        if (str_eq(r->code, code))
            return r;
    return NULL;
}

bool role_is_administrator(const struct role *r)
{
    return str_has_word("sys sec audit", r->kind);
}
