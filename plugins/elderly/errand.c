/* 代办: buying medicine or food, paying a bill, going along to the doctor. An errand settles only
 * with a receipt and when advance = spent + returned; the table itself holds that. What is spent is
 * money for things alone: a fee for the service, where one is taken, stands apart with a receipt of
 * its own. */
#include "elderly.h"

#include <wulian/tags.h>

#define DRUGS "('FETCH_DRUG', 'BUY_DRUG')"
/* What may end without money having passed; a purchase is open to them all the same. */
#define MONEYLESS "('PAPERS', 'ACCOMPANY', 'REPAIR', 'OTHER')"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.request"},
    /* else one for money could be turned into one that ends without a receipt */
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .of = "ERRAND"},
    {"items", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 500},
    {"drug_name", WL_TEXT, WL_CLASS_3, .flags = 0, .min = 2, .max = 200},
    {"drug_spec", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 100},
    {"drug_proof", WL_FILE, WL_CLASS_3, .flags = 0, .of = "image pdf"},
    {"drug_checked", WL_TEXT, WL_CLASS_3, .flags = 0, .min = 2, .max = 200},
    {"drug_note", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 500},
    {"sample_taken", WL_BOOL, WL_CLASS_2, .flags = 0},
    {"shop", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 100},
    {"way_note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 300},
    {"service_how", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "SERVICE_HOW",
     .compute = WL_SQL("core.service_how(v.county, v.div, 'ERRAND')")},
    {"courier", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_FILTER},
    {"advance_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"spent_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"returned_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"receipt", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 60},
    {"receipt_photo", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .of = "image pdf"},
    {"fee_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION, .max = 1000000},
    {"fee_receipt", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 60},
    {"handed_to", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 60},
    {"wellbeing", WL_CHOICE, WL_CLASS_3, .flags = WL_ACTION, .of = "WELLBEING"},
    {"other_need", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"accepted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"purchased_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"delivered_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"settle_due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"settled_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"settled_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    WL_MODEL_TAGS(0),
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"accept", "requested", "accepted", "deliver",
     .set = WL_SQL("courier = core.actor(), accepted_at = now(),"
                   " service_how = core.service_how(t.county, t.div, 'ERRAND')")},
    {"purchase", "accepted", "purchased", "deliver",
     .input = "advance_fen! spent_fen! receipt! receipt_photo shop way_note sample_taken drug_name"
              " drug_spec drug_proof drug_checked",
     .only = "courier",
     .set = WL_SQL("purchased_at = now(), settle_due_at = now() + make_interval(days =>"
                   " core.setting(t.county, t.div, 'elderly.advance_settle_days')::int)")},
    {"deliver", "purchased", "delivered", "deliver",
     .input = "wellbeing! handed_to! other_need way_note advance_fen fee_fen fee_receipt",
     .only = "courier", .set = WL_SQL("delivered_at = now()")},
    {"complete", "accepted", "settled", "deliver",
     .input = "wellbeing! handed_to! other_need way_note", .only = "courier",
     .set = WL_SQL("delivered_at = now()"), .guard = WL_SQL("t.kind in " MONEYLESS),
     .refusal = "errand_takes_money"},
    {"settle", "delivered", "settled", "settle", .input = "returned_fen!",
     .set = WL_SQL("settled_at = now(), settled_by = core.actor()"),
     .guard = WL_SQL("t.courier <> core.actor()"
                     " or core.setting(t.county, t.div, 'elderly.settle_own_advance') = 'true'"),
     .refusal = "errand_own_advance", .flags = WL_NOT_RELATIVE},
    {"cancel", "requested accepted", "cancelled", "deliver", .input = "reason!"},
    {"dispute", "purchased delivered", "disputed", "deliver", .input = "reason!"},
    /* back to where the dispute began; what was wrong in the books is put right with it, and what a
     * courier who is gone has bought is brought by another */
    {"decide", "disputed", "delivered", "decide", .input = "reason! advance_fen spent_fen receipt",
     .never = "courier", .guard = WL_SQL("t.delivered_at is not null"),
     .refusal = "errand_not_delivered", .flags = WL_NOT_RELATIVE},
    {"resume", "disputed", "purchased", "decide",
     .input = "reason! advance_fen spent_fen receipt courier", .never = "courier",
     .guard = WL_SQL("t.delivered_at is null"),
     .refusal = "errand_is_delivered", .flags = WL_NOT_RELATIVE},
};

/* The request it came from learns that the work has ended; its worker still finishes it. */
static const struct wl_effect effects[] = {
    {.on = "deliver complete cancel",
     .when = WL_SQL("t.request is not null"),
     .record = "station.request",
     .rows = WL_SQL("select t.request as id"),
     .set = WL_SQL("work_done_at = now()")},
};

static const struct wl_check checks[] = {
    {"errand_receipt", "receipt"},
    {"errand_balance", "returned_fen"},
    {"errand_money", "spent_fen"},
    {"errand_fee", "fee_receipt"},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "receipt", "spent_fen", "*"},
    {WL_REQUIRED_IF, "fee_receipt", "fee_fen", "*"},
};

/* Prescription drugs only by the prescription or the package used up (domain book 3.2): whoever
 * buys shows it, or says who has looked at it. */
static const struct wl_guard guards[] = {
    {"drug_name", "errand_drug_name",
     WL_SQL("t.state not in ('purchased', 'delivered') or t.kind not in " DRUGS
            " or t.drug_name is not null")},
    {"drug_proof", "errand_drug_proof",
     WL_SQL("t.state not in ('purchased', 'delivered') or t.kind not in " DRUGS
            " or t.drug_proof is not null or t.drug_checked is not null")},
};

/* While it is disputed the days of the advance stand still. */
static const struct wl_limit limits[] = {
    {"settle_due_at", "disputed", "requested accepted settled cancelled", .staff = "courier",
     .remind = "courier @station_head", .before = 1440},
};

static const struct wl_notice notices[] = {
    {.on = "dispute", .to = "courier @station_head", .text = "errand.disputed"},
    {.on = "decide resume", .to = "courier", .text = "errand.decided"},
};

const struct wl_record errand = {
    .name = "errand",
    .path = "errands",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .effects = WL_ROWS(effects),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "requested accepted purchased delivered settled cancelled disputed",
    .locked = "settled",
    .sort = "-created_at",
    .title = "person kind",
    .person = "person",
    .origin = "request",
    .verbs = "list get create patch import export",
};
