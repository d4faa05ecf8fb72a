-- 安全与异常 (M40) counts more than emergencies: also what befell people in a service's care, and days on
-- which nobody reached them.

insert into core.code (tab, code, zh, en, sort)
select 'ANOMALY', c.code, c.zh, c.en, c.sort from core.code c where c.tab = 'INCIDENT_KIND';
insert into core.code (tab, code, zh, en, sort) values
    ('ANOMALY', 'ELDER', '老年人意外事件', 'accident of an elder', 11),
    ('ANOMALY', 'MISSED_DAY', '问候漏访日', 'day without contact', 12);
