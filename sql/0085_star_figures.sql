-- A figure that nothing goes by: what a meeting resolves has its day in the resolution itself.
delete from core.policy_default d
 where d.key = 'rhythm.action_days'
   and not exists (select from station.policy_value v where v.key = d.key);
