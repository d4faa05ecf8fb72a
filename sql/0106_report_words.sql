-- What the report's parameter is called.
select core.param_words_set('report.correct_months', null, null,
    '月报可更正的月份', 'Months a report may still be corrected');
