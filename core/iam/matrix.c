/* Who may what on the core's own objects: the matrix of the domain book, 3.7, one block an object,
 * in the order of its columns, with its cell on the right, then the roles that the book's table
 * lacks.
 *
 *   C create   R read   U update   M masked   A approve, decide: the verbs say what   – no row
 *
 * A cell with a word behind it is the word's meaning here; [A] marks our own assumption where the
 * book is silent. "own" and "village" narrow by the post's scope, not by the verb. Search needs
 * read or masked as well. None of the three administrators (三员) holds anything but the last
 * blocks. Nothing here: volunteer (task views of services), partner_user (shared items only),
 * resident (own requests only, through the citizens' entrance), service. */
#include "iam/permission.h"

static const struct wl_access rows[] = {
    /* resident: person and household 居民、家庭 */
    {"resident", "county_section", "read search"},                      /* R */
    {"resident", "township_officer", "create read update search"},      /* CRU */
    {"resident", "station_head", "create read update delete search"},   /* CRU; [A] misentries */
    {"resident", "station_head", "restore"},                            /* [A] of misentries */
    {"resident", "social_worker", "create read update search"},         /* CRU caseload */
    {"resident", "room_worker", "create read search"},                  /* CR village */
    {"resident", "child_director", "create read search"},               /* CR village */
    {"resident", "agency_supervisor", "masked search"},                 /* M */
    {"resident", "hotline_operator", "create masked search"},           /* M; C design 6 */
    {"resident", "auditor_biz", "masked"},                              /* M */
    {"resident", "county_section", "merge"},                            /* [A] people merge */
    {"resident", "county_admin", "merge"},                              /* [A] likewise */
    {"resident", "county_admin", "read search"},                        /* [A] as a section */
    {"resident", "child_supervisor", "read search"},                    /* [A] R as a section */
    {"resident", "verify_officer", "masked search"},                    /* [A] finds applicants */
    {"resident", "venue_operator", "masked"},                           /* [A] who comes to eat */
    {"resident", "intern", "masked"},                                   /* [A] shadows a worker */
    /* tables in and out: whoever answers for a place takes in its rosters and gives them out;
     * unmasked only with a second person's yes. All [A] */
    {"resident", "station_head", "import export"},
    {"resident", "township_officer", "import export"},
    {"resident", "county_section", "export approve_export"},
    {"resident", "county_admin", "import export approve_export"},

    /* request 服务诉求; verbs of its life: domain book 3.1.4 */
    {"request", "county_section", "read assign"},                       /* R A twice returned */
    {"request", "township_officer", "read"},                            /* R */
    {"request", "station_head", "read accept assign reject start finish return transfer resume "
                                "callback close reopen merge"},         /* R A assign */
    {"request", "social_worker",
     "create read update start finish return transfer resume"},         /* CRU */
    {"request", "room_worker", "create read"},                          /* CR */
    {"request", "child_director", "create read"},                       /* CR */
    {"request", "agency_supervisor", "masked"},                         /* M */
    {"request", "hotline_operator",
     "create read update accept reject callback close reopen merge"},   /* CRU A close */
    {"request", "auditor_biz", "masked"},                               /* M */
    {"request", "county_admin", "read"},                                /* [A] watches overdue */
    {"request", "county_leader", "read"},                               /* [A] leads dispatch */
    {"request", "child_supervisor", "read"},                            /* [A] */
    {"request", "grid_worker", "create"},                               /* [A] reports clues */
    {"request", "intern", "masked"},                                    /* [A] */
    {"request", "station_head", "export"},                              /* [A] as residents */
    {"request", "township_officer", "export"},                          /* [A] */
    {"request", "hotline_operator", "export"},                          /* [A] */
    {"request", "county_section", "export approve_export"},             /* [A] */
    {"request", "county_admin", "export approve_export"},               /* [A] */

    /* visit 走访: the book has no row; as the records of the services, elder records first */
    {"visit", "county_section", "read"},                                /* R */
    {"visit", "township_officer", "read"},                              /* R */
    {"visit", "station_head", "create read update"},                    /* R A; [A] visits too */
    {"visit", "social_worker", "create read update"},                   /* CRU */
    {"visit", "room_worker", "create read update"},                     /* CR visits; [A] U own */
    {"visit", "child_director", "create read update"},                  /* CR visits; [A] U own */
    {"visit", "agency_supervisor", "masked"},                           /* M */
    {"visit", "hotline_operator", "masked"},                            /* M */
    {"visit", "auditor_biz", "masked"},                                 /* M */
    {"visit", "child_supervisor", "read"},                              /* [A] */
    {"visit", "intern", "masked"},                                      /* [A] drafts come later */
    {"visit", "station_head", "export"},                                /* [A] as residents */
    {"visit", "township_officer", "export"},                            /* [A] */
    {"visit", "county_section", "export approve_export"},               /* [A] */

    /* call 来电 of the hotline: all [A] */
    {"call", "hotline_operator", "create read update"},
    {"call", "station_head", "read"},
    {"call", "county_section", "read"},
    {"call", "county_admin", "read"},
    {"call", "auditor_biz", "masked"},

    /* near relatives of staff 近亲属备案: all [A]; kept by who answers for the staff */
    {"relative", "county_section", "create read update end"},
    {"relative", "station_head", "create read update end"},
    {"relative", "county_admin", "read"},

    /* report 月报; "C input" is the records it is counted from */
    {"report", "county_section", "read accept"},                        /* R A accept */
    {"report", "township_officer", "read"},                             /* R */
    {"report", "station_head", "create read update submit"},            /* CRU submit */
    {"report", "social_worker", "read"},                                /* [A] own station's */
    {"report", "agency_supervisor", "read"},                            /* R contract */
    {"report", "auditor_biz", "read"},                                  /* R */
    {"report", "county_admin", "read accept"},                          /* reviews, 1.2 */
    {"report", "county_leader", "read accept"},                         /* final sign-off, 1.2 */
    {"report", "agency_manager", "read"},                               /* contract figures, 1.2 */

    /* notice_channel 消息通道: where a county's notices are sent to. [A] */
    {"notice_channel", "county_admin", "read update"},

    /* job 任务: everybody has their own; others' need a right. All [A] */
    {"job", "county_admin", "read"},

    /* policy 政策参数 */
    {"policy", "county_section", "create read update approve export"},  /* CRU A; export [A] */
    {"policy", "township_officer", "read"},                             /* R */
    {"policy", "station_head", "read"},                                 /* R */
    {"policy", "social_worker", "read"},                                /* R */
    {"policy", "room_worker", "read"},                                  /* R */
    {"policy", "child_director", "read"},                               /* R */
    {"policy", "agency_supervisor", "read"},                            /* R */
    {"policy", "hotline_operator", "read"},                             /* R */
    {"policy", "auditor_biz", "read"},                                  /* R */
    {"policy", "county_admin", "create read update approve export"},    /* publishes, 1.2 */
    {"policy", "county_leader", "read"},                                /* [A] */
    {"policy", "verify_officer", "read"},                               /* [A] */
    {"policy", "child_supervisor", "read"},                             /* [A] */
    {"policy", "agency_manager", "read"},                               /* [A] */

    /* activation 平台服务启用: which plugin is on in which township */
    {"activation", "county_admin", "read switch"},                      /* design 6 */
    {"activation", "county_leader", "read"},                            /* [A] */
    {"activation", "county_section", "read"},                           /* [A] */

    /* org_unit 机构: public names, needed wherever work is handed on */
    {"org_unit", "county_admin", "create read update"},                 /* opens stations, 1.2 */
    {"org_unit", "county_leader", "read"},
    {"org_unit", "county_section", "read"},
    {"org_unit", "verify_officer", "read"},
    {"org_unit", "township_officer", "read"},
    {"org_unit", "child_supervisor", "read"},
    {"org_unit", "station_head", "read"},
    {"org_unit", "social_worker", "read"},
    {"org_unit", "room_worker", "read"},
    {"org_unit", "child_director", "read"},
    {"org_unit", "agency_supervisor", "read"},
    {"org_unit", "agency_manager", "read"},
    {"org_unit", "hotline_operator", "read"},
    {"org_unit", "auditor_biz", "read"},
    {"org_unit", "sys_admin", "read"},

    /* staff 工作人员: names to hand work to, no logins; all [A] */
    {"staff", "county_admin", "read"},
    {"staff", "county_section", "read"},
    {"staff", "township_officer", "read"},
    {"staff", "station_head", "read"},
    {"staff", "social_worker", "read"},
    {"staff", "agency_supervisor", "read"},
    {"staff", "agency_manager", "read"},
    {"staff", "hotline_operator", "read"},

    /* accounts and roles 账号、岗位: sys C, sec A, audit R (through the audit, which has every step) */
    {"account", "sys_admin", "create read update"},                     /* sys C */
    {"account", "sec_admin", "read approve disable"},                   /* sec A */
    {"post", "sys_admin", "create read"},                               /* sys C */
    {"post", "sec_admin", "read approve end"},                          /* sec A */

    /* audit 审计 */
    {"audit", "audit_admin", "read"},                                   /* audit R */

    /* reveal 查看明文: one encrypted field of one row, for a reason, counted. [A]: who reads the
     * record to serve the person may; not who only watches, nor who reads it masked */
    {"resident", "county_section", "reveal"},
    {"resident", "township_officer", "reveal"},
    {"resident", "station_head", "reveal"},
    {"resident", "social_worker", "reveal"},
    {"resident", "room_worker", "reveal"},
    {"resident", "child_director", "reveal"},
    {"resident", "child_supervisor", "reveal"},
    {"request", "county_section", "reveal"},
    {"request", "township_officer", "reveal"},
    {"request", "station_head", "reveal"},
    {"request", "social_worker", "reveal"},
    {"request", "room_worker", "reveal"},
    {"request", "child_director", "reveal"},
    {"request", "hotline_operator", "reveal"},

    /* everybody: the divisions, and what concerns oneself */
    {"division", "*", "read"},
    {"me", "*", "read update"},
    {"notice", "*", "read update"},
};

const struct wl_table iam_matrix = WL_ROWS(rows);
