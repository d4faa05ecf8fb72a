-- What a policy parameter is called: a county reads "受理时限（危急）", not a key. Where the key's last
-- part is a code, `tab` is its table and its word stands in brackets; `value_tab` is the table that a
-- value of unit "code" comes from.
alter table core.policy_default
    add column zh text,
    add column en text,
    add column value_tab text;
comment on column core.policy_default.value_tab is 'code table of a value whose unit is code';

create function core.param_words_set(p_key text, p_tab text, p_value_tab text, p_zh text, p_en text)
    returns void language sql
    as $$
    update core.policy_default d
       set zh = p_zh || coalesce('（' || c.zh || '）', ''),
           en = p_en || coalesce(' (' || c.en || ')', ''),
           value_tab = p_value_tab
      from (select d2.key, k.zh, k.en
              from core.policy_default d2
              left join core.code k
                on k.tab = p_tab and k.code = substr(d2.key, length(p_key) + 2)
             where d2.key = p_key or d2.key = p_key || '.' || k.code) c
     where d.key = c.key
$$;
comment on function core.param_words_set(text, text, text, text, text) is
    'for migrations: the words of one parameter, or of one for each code of a table';
revoke execute on function core.param_words_set(text, text, text, text, text) from public;

select core.param_words_set(w.key, w.tab, w.value_tab, w.zh, w.en) from (values
    ('asset.remind_days', null, null, '资产到期提前提醒', 'Remind before an asset expires'),
    ('call.pickup_seconds', null, null, '热线接听时限', 'Calls are answered within'),
    ('call.recording_days', null, null, '通话录音保存', 'Recordings of calls are kept'),
    ('case_file.follow_up_minutes', null, null, '个案结案后跟进', 'Follow-up after a case is closed'),
    ('case_record.edit_hours', null, null, '个案记录可修改', 'A case note may be changed for'),
    ('contract.max_months', null, null, '购买服务合同最长期限', 'Longest contract of purchased service'),
    ('contract.pass_score', null, null, '合同考核合格分', 'Score that passes a contract review'),
    ('education.period_years', null, null, '继续教育周期', 'Period of continuing education'),
    ('education.hours.1', null, null, '继续教育学时（助理社工师）', 'Hours of continuing education (assistant)'),
    ('education.hours.2', null, null, '继续教育学时（社工师）', 'Hours of continuing education (social worker)'),
    ('education.hours.3', null, null, '继续教育学时（高级社工师）', 'Hours of continuing education (senior)'),
    ('emergency.erase_days', null, null, '应急登记信息删除', 'Emergency registers are erased after'),
    ('expense.station_limit_fen', null, null, '社工站可自行审批的支出', 'Expense a station may approve itself'),
    ('export.keep_hours', null, null, '导出文件保存', 'Exported files are kept'),
    ('export.rows', null, null, '单次导出最多行数', 'Rows in one export'),
    ('file.audio_bytes', null, null, '录音文件大小上限', 'Largest recording'),
    ('file.document_bytes', null, null, '文档大小上限', 'Largest document'),
    ('file.image_bytes', null, null, '图片大小上限', 'Largest picture'),
    ('file.sheet_bytes', null, null, '导入表格大小上限', 'Largest table to import'),
    ('file.open_uploads', null, null, '每人同时上传文件数', 'Uploads at once per person'),
    ('group_work.members_least', null, null, '小组人数下限', 'Fewest members of a group'),
    ('group_work.members_most', null, null, '小组人数上限', 'Most members of a group'),
    ('group_work.sessions_least', null, null, '小组节数下限', 'Fewest sessions of a group'),
    ('isolation.check_minutes', null, null, '隔离对象问询间隔', 'Isolated people are asked every'),
    ('job.approval_days', null, null, '导入导出待批准期限', 'Jobs wait for approval'),
    ('job.keep_days', null, null, '任务记录保存', 'Jobs are kept'),
    ('job.open', null, null, '每人未完成任务数上限', 'Open jobs per person'),
    ('linkage.reply_minutes', 'URGENCY', null, '联动单回复时限', 'Linkage orders are answered within'),
    ('major.pass_percent', null, null, '重大事项通过比例', 'Share of votes that passes a major matter'),
    ('major.quorum_percent', null, null, '重大事项到会比例', 'Quorum of a major matter'),
    ('mode.acknowledge_minutes', null, null, '平急转换确认时限', 'A mode switch is acknowledged within'),
    ('network.demo_check_months', null, null, '示范站点复核间隔', 'Demonstration sites are checked every'),
    ('notice.attempts', null, null, '消息发送次数上限', 'Tries to deliver a message'),
    ('notice.keep_days', null, null, '通知保存', 'Notices are kept'),
    ('referral.feedback_minutes', null, null, '转介反馈时限', 'A referral is answered within'),
    ('referral.move_minutes', null, null, '转介移交时限', 'A referral is handed over within'),
    ('referral.share_days', null, null, '转介资料可见', 'A referred file is shared for'),
    ('request.accept_minutes', 'URGENCY', null, '诉求受理时限', 'Requests are accepted within'),
    ('request.finish_minutes', 'URGENCY', null, '诉求办结时限', 'Requests are finished within'),
    ('request.escalate_minutes.1', 'URGENCY', null, '诉求超时后报站长', 'An overdue request goes to the head after'),
    ('request.escalate_minutes.2', 'URGENCY', null, '诉求超时后报县级', 'An overdue request goes to the county after'),
    ('reveal.hide_seconds', null, null, '明文显示时长', 'A revealed value is shown for'),
    ('reveal.per_hour', null, null, '每人每小时查看明文次数', 'Values revealed per person and hour'),
    ('rhythm.dispatch_item_max', null, null, '周调度议题上限', 'Items of a weekly dispatch'),
    ('rhythm.month_county_day', null, null, '县级月度任务截止日', 'Day of the county''s monthly tasks'),
    ('rhythm.month_station_day', null, null, '社工站月度任务截止日', 'Day of a station''s monthly tasks'),
    ('rhythm.quarter_day', null, null, '季度任务截止日', 'Day of quarterly tasks'),
    ('rhythm.rectify_days', null, null, '督导问题整改期限', 'Findings are put right within'),
    ('rhythm.year_day', null, null, '年度任务截止日', 'Day of yearly tasks'),
    ('roster.ahead_days', null, null, '排班提前公布', 'Rosters are made ahead'),
    ('roster.late_minutes', null, null, '值班迟到判定', 'Duty counts as late after'),
    ('staffing.per_station', null, null, '每站配备社工人数', 'Workers per station'),
    ('star.publicity_days', null, null, '星级评定公示', 'A star review is published for'),
    ('visit.risk_category', 'RISK', 'REQ_CAT', '探访风险转为诉求类别', 'Request made from a risk'),
    ('visit.risk_urgency', 'RISK', 'URGENCY', '探访风险转为紧急程度', 'Urgency of a risk')
) as w (key, tab, value_tab, zh, en);
