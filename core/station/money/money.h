/* 经费与合同: records of money and of what it bought, one or a small family a file. */
#ifndef WULIAN_STATION_MONEY_MONEY_H
#define WULIAN_STATION_MONEY_MONEY_H

#include <wulian/plugin.h>

extern const struct wl_record money_fund_source, money_budget_line; /* fund.c */
extern const struct wl_record money_expense;                        /* expense.c */
extern const struct wl_record money_contract;                       /* contract.c */
extern const struct wl_record money_contract_station, money_contract_indicator,
    money_contract_payment;                                              /* contract_parts.c */
extern const struct wl_record money_fund_replan, money_replan_activity;  /* replan.c */
extern const struct wl_record money_asset, money_asset_use, money_asset_service; /* asset.c */

/* `set` of an effect that takes s.amount_fen out of a fund. One that was closed meanwhile, perhaps
 * by somebody at the same moment, has nothing left: its own check refuses the step. */
#define FUND_TAKES                                                                                 \
    WL_SQL("allotted_fen = case when o.state = 'active' then o.allotted_fen + s.amount_fen"        \
           " else o.amount_fen + 1 end")

/* GET /fund_usage: 资金使用 by source, of a year (Y11). */
void money_fund_usage(struct wl_ctx *ctx);
/* GET /budget_usage: 执行率 by unit, of a year (M39). */
void money_budget_usage(struct wl_ctx *ctx);
/* GET /asset_summary: 资产 by kind and state (Y15). */
void money_asset_summary(struct wl_ctx *ctx);

#endif
