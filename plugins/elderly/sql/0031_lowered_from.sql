-- What was suggested when the head lowered the tier: what is graver than that, the head has not decided on.

alter table elderly.elder_profile add column lowered_from text;
alter table elderly.elder_profile_history add column lowered_from text;
grant update (lowered_from) on elderly.elder_profile to wulian_app;
comment on column elderly.elder_profile.lowered_from is 'tier suggested when the head lowered it';
