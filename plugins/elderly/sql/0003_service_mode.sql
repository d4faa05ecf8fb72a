-- Meals and errands go on in every service mode; the row says how: as usual or contactless.

alter table elderly.meal_order add column service_how text not null default 'ALLOW';
alter table elderly.meal_order_history add column service_how text not null default 'ALLOW';
grant update (service_how) on elderly.meal_order to wulian_app;
comment on column elderly.meal_order.service_how is
    'SERVICE_HOW: when it was ordered, and again when it leaves';

alter table elderly.errand add column service_how text not null default 'ALLOW';
alter table elderly.errand_history add column service_how text not null default 'ALLOW';
grant update (service_how) on elderly.errand to wulian_app;
comment on column elderly.errand.service_how is
    'SERVICE_HOW: when it was asked for, and again when it is accepted';
