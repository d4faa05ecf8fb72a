#include "report/ops.h"

#include "report/report.h"

const struct op report_ops[] = {
    {.method = "GET",
     .path = "/api/v1/reports/{report}",
     .permission = "report.read",
     .lane = OP_WRITE,
     .flags = OP_SHEET,
     .plan = report_plan,
     .render = report_render,
     .summary = "Monthly report of the caller's station or county: as it was sent, else live",
     .asks = "period:month org?:uuid township?:township compare?:bool format?:(json|csv|xlsx)",
     .gives = "{report period:month from:time to:time provisional:bool month_report~:uuid state~ "
              "sent~:{at:time by:uuid sha256} "
              "indicators:[{code label unit value:int previous~:int correction~:int "
              "share~:{kind value:int of:int} "
              "by_kind:[{kind label value:int}] by_township:[{township value:int}] rows?}]}"},
    {.method = "GET",
     .path = "/api/v1/reports/{report}/check",
     .permission = "report.read",
     .lane = OP_WRITE,
     .plan = findings_plan,
     .render = findings_render,
     .summary = "What to look at before a month's report is sent or accepted",
     .asks = "period:month township?:township",
     .gives = "{period:month place:(part|township|county) month_report~:uuid state~ "
              "items:[{code weight:(stop|look) text indicator~ record~ query~ township~:township "
              "n~:int}] "
              "stations:[{township:township org:uuid name month_report?:uuid state? due_at?:time "
              "sent_at?:time sent_by?:uuid sha256? returns:int changed:[text]}]}"},
    {.method = "GET",
     .path = "/api/v1/reports/{report}/{indicator}",
     .permission = "report.read",
     .lane = OP_WRITE,
     .plan = rows_plan,
     .render = rows_render,
     .summary = "The rows behind one number of a report",
     .asks = "period:month org?:uuid township?:township kind? limit?:int cursor?",
     .gives = "{items:[{id:uuid div:div org:uuid at:time person?:uuid kind? n:int "
              "record href}] next?}",
     .refuses = "404 plugin-not-enabled"},
};
const int report_nops = (int)(sizeof report_ops / sizeof report_ops[0]);
