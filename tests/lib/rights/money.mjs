// 经费与合同. The book has the row contract/payment (3.7): county CRU A, head R, agency R own, auditor R.
// The rest is [A]: stations claim and propose, another person than who did signs, the county decides.
import { record, single } from './op.mjs';

const CONTRACT = 'CRU sign review export', PAYMENT = 'CR approve pay export';
const FUND = 'CRU decide export report';

export const TABLE = {
    contract: {
        county_section: CONTRACT, station_head: 'R', agency_supervisor: 'R', auditor_biz: 'R',
        county_admin: CONTRACT, // signs contracts, 1.2
        agency_manager: 'R report', // contract indicators, 1.2
        county_leader: 'R', township_officer: 'R', // [A]: it is announced
    },
    contract_payment: {
        county_section: PAYMENT, station_head: 'R', agency_supervisor: 'R', auditor_biz: 'R',
        county_admin: PAYMENT, county_leader: 'R approve', // final sign-off, 1.2
        agency_manager: 'CR', // invoices, 1.2
    },
    fund: {
        county_section: FUND, county_admin: FUND, county_leader: 'R report', auditor_biz: 'R report',
        township_officer: 'R', station_head: 'R', social_worker: 'R',
    },
    expense: {
        county_section: 'CR approve approve_high pay export', county_admin: 'R approve_high export',
        county_leader: 'R approve_high', township_officer: 'R approve pay',
        station_head: 'CR approve export', social_worker: 'CR', auditor_biz: 'R',
    },
    fund_replan: {
        station_head: 'CRU submit hold export', social_worker: 'R hold',
        township_officer: 'R agree_township', county_section: 'R agree_county export',
        county_admin: 'R agree_finance', county_leader: 'R', auditor_biz: 'R',
    },
    asset: {
        county_section: 'CRU issue service scrap import export', county_admin: 'R scrap',
        county_leader: 'R', township_officer: 'R', station_head: 'R issue service export',
        social_worker: 'R', auditor_biz: 'R',
    },
    asset_use: {
        county_section: 'R export', station_head: 'CR export', social_worker: 'CR',
        auditor_biz: 'R',
    },
};

const reason = { reason: '试' };
const opinion = { opinion: '试' };
const READ = 'list get history';
const TABLES = 'export download';

export const OPERATIONS = [
    ...record('station/fund_sources', 'fund', `${READ} create patch ${TABLES}`,
        { close: ['decide'] }),
    ...record('station/budget_lines', 'fund', `${READ} create patch ${TABLES}`,
        { close: ['decide'] }),
    ...record('station/expenses', 'expense', `${READ} create ${TABLES}`, {
        approve: ['approve'], approve_high: ['approve_high'], refuse: ['approve', reason],
        pay: ['pay', { voucher_no: '1' }], void: ['approve', reason],
    }),
    ...record('station/contracts', 'contract', `${READ} create patch ${TABLES}`, {
        sign: ['sign', { signed_on: '2026-01-01' }], start: ['sign'],
        mid_review: ['review', { mid_score: '80.0', mid_opinion: '好' }],
        final_review: ['review', { final_score: '80.0', final_opinion: '好' }],
        settle: ['sign'], terminate: ['sign', reason],
    }),
    ...record('station/contract_stations', 'contract', `${READ} create patch`),
    ...record('station/contract_indicators', 'contract', `${READ} create`,
        { report: ['report', { done: 1 }] }),
    ...record('station/contract_payments', 'contract_payment', `${READ} create ${TABLES}`,
        { approve: ['approve'], refuse: ['approve', reason], pay: ['pay', { voucher_no: '1' }] }),
    ...record('station/fund_replans', 'fund_replan', `${READ} create patch ${TABLES}`, {
        submit: ['submit'], agree_township: ['agree_township'], agree_county: ['agree_county'],
        agree_finance: ['agree_finance', { finance_no: '1' }],
        return_township: ['agree_township', opinion], return_county: ['agree_county', opinion],
        refuse: ['agree_county', opinion],
    }),
    ...record('station/replan_activities', 'fund_replan', `${READ} ${TABLES}`, {
        hold: ['hold', { held_on: '2026-01-01', heads: 1 }], cancel: ['agree_county', reason],
    }),
    ...record('station/assets', 'asset', `${READ} create patch import template ${TABLES}`, {
        issue: ['issue', { keeper: null }], send_repair: ['service', reason],
        hand_back: ['service'], take_back: ['issue'], lose: ['issue', reason],
        scrap: ['scrap', reason],
    }),
    ...record('station/asset_uses', 'asset_use', `${READ} create ${TABLES}`),
    ...record('station/asset_services', 'asset_use', `${READ} create ${TABLES}`),
    single('GET', '/station/fund_usage', 'fund', 'report'),
    single('GET', '/station/budget_usage', 'fund', 'read'),
    single('GET', '/station/asset_summary', 'asset', 'read'),
];
