-- A picture of the meal at the door, as the delivery sheet asks for: one, by whoever hands it over.

alter table elderly.meal_order add column photo uuid;
alter table elderly.meal_order_history add column photo uuid;
grant update (photo) on elderly.meal_order to wulian_app;
comment on column elderly.meal_order.photo is 'what was handed over, at the door';
