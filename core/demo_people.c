/* Who works in the demonstration. Names are invented and say so; 沱江镇 has a head and two workers, so
 * that nobody need close what they handled. */
#include "demo.h"

#include <stdio.h>

#include "iam/account.h"

#define PERSON(name) name "（演示）"

#define JIANGHUA INT64_C(431129000000)
#define TUOJIANG INT64_C(431129100000) /* 沱江镇 */
#define YANGHUA INT64_C(431129100010)  /* 阳华社区 */
#define HELUKOU INT64_C(431129106000)  /* 河路口镇 */

static const struct demo_person jianghua[] = {
    {"sys", PERSON("何建平"), "sys_admin", JIANGHUA},
    {"sec", PERSON("奉国安"), "sec_admin", JIANGHUA},
    {"audit", PERSON("盘明镜"), "audit_admin", JIANGHUA},
    {"admin", PERSON("蒋文秀"), "county_admin", JIANGHUA},
    {"section", PERSON("欧阳雪"), "county_section", JIANGHUA},
    {"hotline", PERSON("黄晓声"), "hotline_operator", JIANGHUA},
    {"head.tuojiang", PERSON("李春山"), "station_head", TUOJIANG},
    {"worker1.tuojiang", PERSON("赵海燕"), "social_worker", TUOJIANG},
    {"worker2.tuojiang", PERSON("唐志勇"), "social_worker", TUOJIANG},
    {"room.yanghua", PERSON("盘秋菊"), "room_worker", YANGHUA},
    {"head.helukou", PERSON("邓桂香"), "station_head", HELUKOU},
    {"worker.helukou", PERSON("冯小军"), "social_worker", HELUKOU},
};

#define SUYU INT64_C(321311000000)
#define XIAXIANG INT64_C(321311003000) /* 下相街道 */
#define DAXING INT64_C(321311106000)   /* 大兴镇 */

static const struct demo_person suyu[] = {
    {"sys", PERSON("周运来"), "sys_admin", SUYU},
    {"sec", PERSON("吴守正"), "sec_admin", SUYU},
    {"audit", PERSON("郑清源"), "audit_admin", SUYU},
    {"admin", PERSON("王苏北"), "county_admin", SUYU},
    {"hotline", PERSON("陈听雨"), "hotline_operator", SUYU},
    {"head.xiaxiang", PERSON("孙宿城"), "station_head", XIAXIANG},
    {"worker.xiaxiang", PERSON("钱小溪"), "social_worker", XIAXIANG},
    {"head.daxing", PERSON("朱大兴"), "station_head", DAXING},
    {"worker.daxing", PERSON("马骆河"), "social_worker", DAXING},
};

#define PEOPLE(table) (table), sizeof(table) / sizeof((table)[0])

const struct demo_county demo_counties[] = {
    {431129, 112, PEOPLE(jianghua)},
    {321311, 40, PEOPLE(suyu)},
};

const int demo_ncounties = sizeof demo_counties / sizeof demo_counties[0];

bool demo_people(struct demo *d, const struct demo_county *county)
{
    int added = 0;

    for (int i = 0; i < county->npeople; i++) {
        const struct demo_person *p = &county->people[i];
        struct account_wish wish = {.login = {.county = county->county},
                                    .name = p->name,
                                    .role = p->role,
                                    .div = p->div,
                                    .scope = p->div,
                                    .approved = true,
                                    .first_only = true};
        struct account_made made;
        const char *why;

        snprintf(wish.login.name, sizeof wish.login.name, "%s", p->login);
        if (!account_add(d->cli->arena, d->owner, &wish, &made, &why)) {
            cli_fail(d->cli, "%s@%d: %s", p->login, county->county, why);
            return false;
        }
        added += made.account_new;
    }
    if (added > 0)
        fprintf(stderr, "demo: %d: %d accounts\n", county->county, added);
    return true;
}
