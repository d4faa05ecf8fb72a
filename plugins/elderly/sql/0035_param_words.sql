-- What the plugin's policy parameters are called.
select core.param_words_set(w.key, w.tab, w.value_tab, w.zh, w.en) from (values
    ('elderly.assessment_medical', null, null, '评估小组须有医护人员', 'An assessment needs medical staff'),
    ('elderly.assessment_months', null, null, '能力评估有效月数', 'Months an ability assessment holds'),
    ('elderly.incident_urgency', null, 'URGENCY', '意外事件转诉求的紧急程度', 'Urgency of an incident''s request'),
    ('elderly.meal_aged_years', null, null, '助餐高龄补贴起始年龄', 'Age from which meals count as of great age'),
    ('elderly.meal_base_years', null, null, '助餐补贴起始年龄', 'Age from which meals are subsidised'),
    ('elderly.meal_care_ability', null, null, '助餐失能补贴的能力等级', 'Ability level from which meals count as care'),
    ('elderly.meal_price_fen', 'MEAL', null, '餐价', 'Price of a meal'),
    ('elderly.meal_subsidy_fen', 'MEAL_BAND', null, '每餐补贴', 'Subsidy of a meal'),
    ('elderly.meal_wellbeing_urgency', 'WELLBEING', 'URGENCY', '送餐时发现情况转诉求的紧急程度',
     'Urgency of what is seen when a meal is brought'),
    ('elderly.subsidy_age', 'ELDER_SUBSIDY', null, '补贴起始年龄', 'Age a subsidy begins'),
    ('elderly.subsidy_fen', 'ELDER_SUBSIDY', null, '每月补贴', 'Monthly subsidy'),
    ('elderly.subsidy_fen.AGED.90', null, null, '每月补贴（高龄津贴，90–99 岁）', 'Monthly subsidy (great age, 90 to 99)'),
    ('elderly.subsidy_fen.AGED.100', null, null, '每月补贴（高龄津贴，100 岁及以上）', 'Monthly subsidy (great age, from 100)')
) as w (key, tab, value_tab, zh, en);
