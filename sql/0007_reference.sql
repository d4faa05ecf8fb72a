-- Reference data: the code tables of domain book 5 that the platform and its first services use, and
-- the national defaults of policy parameters. Codes are those of the standards where there is one,
-- else our own. The table ROLE is written by `wulian migrate` from the roles in code.

-- 性别, GB/T 2261.1
insert into core.code (tab, code, zh, en, sort) values
    ('SEX', '0', '未知', 'unknown', 1),
    ('SEX', '1', '男', 'male', 2),
    ('SEX', '2', '女', 'female', 3),
    ('SEX', '9', '未说明', 'not stated', 4);

-- 婚姻状况, GB/T 2261.2
insert into core.code (tab, code, zh, en, sort) values
    ('MARITAL', '10', '未婚', 'single', 1),
    ('MARITAL', '20', '已婚', 'married', 2),
    ('MARITAL', '21', '初婚', 'first marriage', 3),
    ('MARITAL', '22', '再婚', 'remarried', 4),
    ('MARITAL', '23', '复婚', 'restored marriage', 5),
    ('MARITAL', '30', '丧偶', 'widowed', 6),
    ('MARITAL', '40', '离婚', 'divorced', 7),
    ('MARITAL', '90', '未说明', 'not stated', 8);

-- 民族, GB/T 3304
insert into core.code (tab, code, zh, en, sort) values
    ('ETHNIC', '01', '汉族', 'Han', 1),
    ('ETHNIC', '02', '蒙古族', 'Mongol', 2),
    ('ETHNIC', '03', '回族', 'Hui', 3),
    ('ETHNIC', '04', '藏族', 'Tibetan', 4),
    ('ETHNIC', '05', '维吾尔族', 'Uygur', 5),
    ('ETHNIC', '06', '苗族', 'Miao', 6),
    ('ETHNIC', '07', '彝族', 'Yi', 7),
    ('ETHNIC', '08', '壮族', 'Zhuang', 8),
    ('ETHNIC', '09', '布依族', 'Bouyei', 9),
    ('ETHNIC', '10', '朝鲜族', 'Korean', 10),
    ('ETHNIC', '11', '满族', 'Manchu', 11),
    ('ETHNIC', '12', '侗族', 'Dong', 12),
    ('ETHNIC', '13', '瑶族', 'Yao', 13),
    ('ETHNIC', '14', '白族', 'Bai', 14),
    ('ETHNIC', '15', '土家族', 'Tujia', 15),
    ('ETHNIC', '16', '哈尼族', 'Hani', 16),
    ('ETHNIC', '17', '哈萨克族', 'Kazakh', 17),
    ('ETHNIC', '18', '傣族', 'Dai', 18),
    ('ETHNIC', '19', '黎族', 'Li', 19),
    ('ETHNIC', '20', '傈僳族', 'Lisu', 20),
    ('ETHNIC', '21', '佤族', 'Va', 21),
    ('ETHNIC', '22', '畲族', 'She', 22),
    ('ETHNIC', '23', '高山族', 'Gaoshan', 23),
    ('ETHNIC', '24', '拉祜族', 'Lahu', 24),
    ('ETHNIC', '25', '水族', 'Sui', 25),
    ('ETHNIC', '26', '东乡族', 'Dongxiang', 26),
    ('ETHNIC', '27', '纳西族', 'Naxi', 27),
    ('ETHNIC', '28', '景颇族', 'Jingpo', 28),
    ('ETHNIC', '29', '柯尔克孜族', 'Kirgiz', 29),
    ('ETHNIC', '30', '土族', 'Tu', 30),
    ('ETHNIC', '31', '达斡尔族', 'Daur', 31),
    ('ETHNIC', '32', '仫佬族', 'Mulao', 32),
    ('ETHNIC', '33', '羌族', 'Qiang', 33),
    ('ETHNIC', '34', '布朗族', 'Blang', 34),
    ('ETHNIC', '35', '撒拉族', 'Salar', 35),
    ('ETHNIC', '36', '毛南族', 'Maonan', 36),
    ('ETHNIC', '37', '仡佬族', 'Gelao', 37),
    ('ETHNIC', '38', '锡伯族', 'Xibe', 38),
    ('ETHNIC', '39', '阿昌族', 'Achang', 39),
    ('ETHNIC', '40', '普米族', 'Pumi', 40),
    ('ETHNIC', '41', '塔吉克族', 'Tajik', 41),
    ('ETHNIC', '42', '怒族', 'Nu', 42),
    ('ETHNIC', '43', '乌孜别克族', 'Uzbek', 43),
    ('ETHNIC', '44', '俄罗斯族', 'Russian', 44),
    ('ETHNIC', '45', '鄂温克族', 'Ewenki', 45),
    ('ETHNIC', '46', '德昂族', 'Deang', 46),
    ('ETHNIC', '47', '保安族', 'Bonan', 47),
    ('ETHNIC', '48', '裕固族', 'Yugur', 48),
    ('ETHNIC', '49', '京族', 'Gin', 49),
    ('ETHNIC', '50', '塔塔尔族', 'Tatar', 50),
    ('ETHNIC', '51', '独龙族', 'Derung', 51),
    ('ETHNIC', '52', '鄂伦春族', 'Oroqen', 52),
    ('ETHNIC', '53', '赫哲族', 'Hezhen', 53),
    ('ETHNIC', '54', '门巴族', 'Monba', 54),
    ('ETHNIC', '55', '珞巴族', 'Lhoba', 55),
    ('ETHNIC', '56', '基诺族', 'Jino', 56),
    ('ETHNIC', '97', '其他', 'other', 57),
    ('ETHNIC', '98', '外国血统中国籍人士', 'naturalised', 58);

-- 学历, GB/T 4658 major codes; 91 is our own
insert into core.code (tab, code, zh, en, sort) values
    ('EDU', '10', '研究生', 'postgraduate', 1),
    ('EDU', '20', '大学本科', 'bachelor', 2),
    ('EDU', '30', '大学专科', 'junior college', 3),
    ('EDU', '40', '中等职业', 'vocational secondary', 4),
    ('EDU', '60', '普通高中', 'senior secondary', 5),
    ('EDU', '70', '初中', 'junior secondary', 6),
    ('EDU', '80', '小学', 'primary', 7),
    ('EDU', '90', '其他', 'other', 8),
    ('EDU', '91', '文盲或半文盲', 'illiterate or barely literate', 9);

-- 家庭关系, GB/T 4761
insert into core.code (tab, code, zh, en, sort) values
    ('FAMILY_REL', '01', '本人', 'self', 1),
    ('FAMILY_REL', '02', '户主', 'head of household', 2),
    ('FAMILY_REL', '10', '配偶', 'spouse', 3),
    ('FAMILY_REL', '11', '夫', 'husband', 4),
    ('FAMILY_REL', '12', '妻', 'wife', 5),
    ('FAMILY_REL', '20', '子', 'son', 6),
    ('FAMILY_REL', '21', '独生子', 'only son', 7),
    ('FAMILY_REL', '22', '长子', 'eldest son', 8),
    ('FAMILY_REL', '23', '次子', 'second son', 9),
    ('FAMILY_REL', '24', '三子', 'third son', 10),
    ('FAMILY_REL', '25', '四子', 'fourth son', 11),
    ('FAMILY_REL', '26', '五子', 'fifth son', 12),
    ('FAMILY_REL', '27', '养子或继子', 'adopted or step-son', 13),
    ('FAMILY_REL', '28', '女婿', 'son-in-law', 14),
    ('FAMILY_REL', '29', '其他儿子', 'other son', 15),
    ('FAMILY_REL', '30', '女', 'daughter', 16),
    ('FAMILY_REL', '31', '独生女', 'only daughter', 17),
    ('FAMILY_REL', '32', '长女', 'eldest daughter', 18),
    ('FAMILY_REL', '33', '次女', 'second daughter', 19),
    ('FAMILY_REL', '34', '三女', 'third daughter', 20),
    ('FAMILY_REL', '35', '四女', 'fourth daughter', 21),
    ('FAMILY_REL', '36', '五女', 'fifth daughter', 22),
    ('FAMILY_REL', '37', '养女或继女', 'adopted or step-daughter', 23),
    ('FAMILY_REL', '38', '儿媳', 'daughter-in-law', 24),
    ('FAMILY_REL', '39', '其他女儿', 'other daughter', 25),
    ('FAMILY_REL', '40', '孙辈', 'grandchild', 26),
    ('FAMILY_REL', '41', '孙子', 'son''s son', 27),
    ('FAMILY_REL', '42', '孙女', 'son''s daughter', 28),
    ('FAMILY_REL', '43', '外孙子', 'daughter''s son', 29),
    ('FAMILY_REL', '44', '外孙女', 'daughter''s daughter', 30),
    ('FAMILY_REL', '45', '孙媳', 'grandson''s wife', 31),
    ('FAMILY_REL', '46', '孙女婿', 'granddaughter''s husband', 32),
    ('FAMILY_REL', '47', '曾孙子', 'great-grandson', 33),
    ('FAMILY_REL', '48', '曾孙女', 'great-granddaughter', 34),
    ('FAMILY_REL', '49', '其他孙辈', 'other grandchild', 35),
    ('FAMILY_REL', '50', '父母', 'parent', 36),
    ('FAMILY_REL', '51', '父亲', 'father', 37),
    ('FAMILY_REL', '52', '母亲', 'mother', 38),
    ('FAMILY_REL', '53', '公公', 'husband''s father', 39),
    ('FAMILY_REL', '54', '婆婆', 'husband''s mother', 40),
    ('FAMILY_REL', '55', '岳父', 'wife''s father', 41),
    ('FAMILY_REL', '56', '岳母', 'wife''s mother', 42),
    ('FAMILY_REL', '57', '继父或养父', 'step- or adoptive father', 43),
    ('FAMILY_REL', '58', '继母或养母', 'step- or adoptive mother', 44),
    ('FAMILY_REL', '60', '祖父母或外祖父母', 'grandparent', 45),
    ('FAMILY_REL', '61', '祖父', 'father''s father', 46),
    ('FAMILY_REL', '62', '祖母', 'father''s mother', 47),
    ('FAMILY_REL', '63', '外祖父', 'mother''s father', 48),
    ('FAMILY_REL', '64', '外祖母', 'mother''s mother', 49),
    ('FAMILY_REL', '70', '兄弟姐妹', 'sibling', 50),
    ('FAMILY_REL', '71', '兄', 'elder brother', 51),
    ('FAMILY_REL', '72', '嫂', 'elder brother''s wife', 52),
    ('FAMILY_REL', '73', '弟', 'younger brother', 53),
    ('FAMILY_REL', '74', '弟媳', 'younger brother''s wife', 54),
    ('FAMILY_REL', '75', '姐姐', 'elder sister', 55),
    ('FAMILY_REL', '76', '姐夫', 'elder sister''s husband', 56),
    ('FAMILY_REL', '77', '妹妹', 'younger sister', 57),
    ('FAMILY_REL', '78', '妹夫', 'younger sister''s husband', 58),
    ('FAMILY_REL', '80', '其他', 'other', 59),
    ('FAMILY_REL', '97', '其他亲属', 'other relative', 60),
    ('FAMILY_REL', '99', '非亲属', 'not related', 61);

-- 证件类型
insert into core.code (tab, code, zh, en, sort) values
    ('ID_TYPE', '1', '居民身份证', 'resident identity card', 1),
    ('ID_TYPE', '2', '户口簿', 'household register', 2),
    ('ID_TYPE', '3', '出生医学证明', 'medical certificate of birth', 3),
    ('ID_TYPE', '4', '港澳台居民居住证', 'residence permit (Hong Kong, Macao, Taiwan)', 4),
    ('ID_TYPE', '5', '护照', 'passport', 5),
    ('ID_TYPE', '6', '军人证件', 'military identity card', 6),
    ('ID_TYPE', '9', '无证件', 'none', 7);

-- 户口性质: 1 and 2 are kept because older tables are split by them
insert into core.code (tab, code, zh, en, sort) values
    ('HUKOU', '1', '农业', 'agricultural', 1),
    ('HUKOU', '2', '非农业', 'non-agricultural', 2),
    ('HUKOU', '3', '居民(统一登记)', 'resident (unified register)', 3);

-- 机构类型
insert into core.code (tab, code, zh, en, sort) values
    ('ORG_KIND', 'PROV', '省民政厅', 'provincial department', 1),
    ('ORG_KIND', 'CITY', '市民政局', 'city bureau', 2),
    ('ORG_KIND', 'COUNTY', '县民政局', 'county bureau', 3),
    ('ORG_KIND', 'GENSTATION', '社工总站', 'county general station', 4),
    ('ORG_KIND', 'STATION', '乡镇(街道)社工站', 'township station', 5),
    ('ORG_KIND', 'ROOM', '村(居)社工室', 'village room', 6),
    ('ORG_KIND', 'AGENCY', '承接机构', 'contracted agency', 7),
    ('ORG_KIND', 'VENUE', '服务场地', 'service venue', 8),
    ('ORG_KIND', 'SCHOOL', '学校', 'school', 9),
    ('ORG_KIND', 'POLICE', '公安机关', 'police', 10),
    ('ORG_KIND', 'HOSPITAL', '医疗机构', 'hospital', 11),
    ('ORG_KIND', 'CHARITY', '慈善组织', 'charity', 12),
    ('ORG_KIND', 'SOCORG', '社会组织', 'social organisation', 13),
    ('ORG_KIND', 'COLLEGE', '高校', 'college', 14),
    ('ORG_KIND', 'ENTERPRISE', '企业', 'enterprise', 15),
    ('ORG_KIND', 'DEPT', '其他部门', 'other department', 16);

-- 机构状态
insert into core.code (tab, code, zh, en, sort) values
    ('ORG_STATUS', 'PLANNED', '规划中', 'planned', 1),
    ('ORG_STATUS', 'PLAQUED', '已挂牌', 'plaque up', 2),
    ('ORG_STATUS', 'OPERATING', '实体化运行', 'operating', 3),
    ('ORG_STATUS', 'SUSPENDED', '暂停', 'suspended', 4),
    ('ORG_STATUS', 'CLOSED', '关闭', 'closed', 5);

-- 服务模式 (平急转换)
insert into core.code (tab, code, zh, en, sort) values
    ('SERVICE_MODE', 'NORMAL', '常态', 'normal', 1),
    ('SERVICE_MODE', 'RESTRICTED', '限制聚集', 'gatherings limited', 2),
    ('SERVICE_MODE', 'ONLINE', '线上为主', 'mostly online', 3),
    ('SERVICE_MODE', 'DOORSTEP', '仅上门', 'doorstep only', 4),
    ('SERVICE_MODE', 'SUSPENDED', '暂停', 'suspended', 5);

-- 诉求渠道
insert into core.code (tab, code, zh, en, sort) values
    ('REQ_CHANNEL', 'HOTLINE', '民政110热线', 'hotline 民政110', 1),
    ('REQ_CHANNEL', 'DOOR', '上门', 'at the door', 2),
    ('REQ_CHANNEL', 'PHONE', '站点电话', 'station''s telephone', 3),
    ('REQ_CHANNEL', 'VISIT', '走访发现', 'found on a visit', 4),
    ('REQ_CHANNEL', 'MINIAPP', '小程序', 'mini-program', 5),
    ('REQ_CHANNEL', 'ONLINE_GROUP', '线上群', 'online group', 6),
    ('REQ_CHANNEL', 'REFERRAL', '转介', 'referral', 7),
    ('REQ_CHANNEL', 'CLUE', '网格线索', 'grid worker''s clue', 8),
    ('REQ_CHANNEL', 'VENUE_BOX', '场地意见箱', 'venue box', 9);

-- 紧急程度: time limits are policy parameters
insert into core.code (tab, code, zh, en, sort) values
    ('URGENCY', 'U1', '危急', 'danger', 1),
    ('URGENCY', 'U2', '当日', 'same day', 2),
    ('URGENCY', 'U3', '一般', 'ordinary', 3),
    ('URGENCY', 'U4', '咨询', 'enquiry', 4);

-- 诉求类别
insert into core.code (tab, code, zh, en, sort) values
    ('REQ_CAT', 'MEAL', '助餐', 'meals', 1),
    ('REQ_CAT', 'BUY_DRUG', '代买药', 'buy medicine', 2),
    ('REQ_CAT', 'BUY_FOOD', '代买菜', 'buy food', 3),
    ('REQ_CAT', 'TO_HOSPITAL', '送医', 'take to hospital', 4),
    ('REQ_CAT', 'ACCOMPANY', '陪诊', 'accompany to the doctor', 5),
    ('REQ_CAT', 'GREETING', '问候', 'greeting', 6),
    ('REQ_CAT', 'CARE', '照看', 'look after', 7),
    ('REQ_CAT', 'STUDY', '学业', 'schooling', 8),
    ('REQ_CAT', 'PSYCH', '心理', 'psychological', 9),
    ('REQ_CAT', 'ASSIST_APPLY', '救助申请', 'assistance application', 10),
    ('REQ_CAT', 'ASSIST_URGENT', '临时救助', 'temporary assistance', 11),
    ('REQ_CAT', 'POLICY', '政策咨询', 'policy enquiry', 12),
    ('REQ_CAT', 'MEDIATE', '矛盾调解', 'mediation', 13),
    ('REQ_CAT', 'COMPLAINT', '投诉', 'complaint', 14),
    ('REQ_CAT', 'PETITION', '信访协助', 'help with a petition', 15),
    ('REQ_CAT', 'RESOURCE', '资源申请', 'resources', 16),
    ('REQ_CAT', 'VOLUNTEER', '志愿报名', 'volunteering', 17),
    ('REQ_CAT', 'ACTIVITY', '活动需求', 'activities', 18),
    ('REQ_CAT', 'REPAIR', '设施报修', 'repairs', 19),
    ('REQ_CAT', 'CORRECT', '信息更正', 'correction of data', 20),
    ('REQ_CAT', 'OTHER', '其他', 'other', 21);

-- 走访类型
insert into core.code (tab, code, zh, en, sort) values
    ('VISIT_KIND', 'ROUTINE', '日常', 'routine', 1),
    ('VISIT_KIND', 'FIRST', '首次', 'first', 2),
    ('VISIT_KIND', 'FOLLOW_UP', '复访', 'follow-up', 3),
    ('VISIT_KIND', 'URGENT', '应急', 'urgent', 4),
    ('VISIT_KIND', 'FESTIVAL', '节日慰问', 'festival greeting', 5),
    ('VISIT_KIND', 'CHECK', '核查', 'check', 6),
    ('VISIT_KIND', 'SUPERVISE', '督导', 'supervision', 7);

-- 走访结果
insert into core.code (tab, code, zh, en, sort) values
    ('VISIT_RESULT', 'MET_WELL', '见面正常', 'met, well', 1),
    ('VISIT_RESULT', 'MET_CONCERN', '见面异常', 'met, of concern', 2),
    ('VISIT_RESULT', 'MISSED', '未遇', 'not met', 3),
    ('VISIT_RESULT', 'REFUSED', '拒访', 'refused', 4),
    ('VISIT_RESULT', 'MOVED', '已迁', 'moved away', 5);

-- 知情同意类型
insert into core.code (tab, code, zh, en, sort) values
    ('CONSENT_KIND', 'SERVICE', '服务', 'service', 1),
    ('CONSENT_KIND', 'VERIFY', '核对授权', 'verification', 2),
    ('CONSENT_KIND', 'IMAGE', '影像', 'images', 3),
    ('CONSENT_KIND', 'GUARDIAN', '儿童监护人', 'guardian of a child', 4),
    ('CONSENT_KIND', 'REFERRAL', '转介', 'referral', 5),
    ('CONSENT_KIND', 'STORY', '公开故事', 'public story', 6);

-- 社会工作者职业资格 (SW_CERT)
insert into core.code (tab, code, zh, en, sort) values
    ('CERT', '0', '无', 'none', 1),
    ('CERT', '1', '助理社会工作师', 'assistant social worker', 2),
    ('CERT', '2', '社会工作师', 'social worker', 3),
    ('CERT', '3', '高级社会工作师', 'senior social worker', 4);

-- 工作方式
insert into core.code (tab, code, zh, en, sort) values
    ('WORK_MODE', 'ONSITE', '到岗', 'on site', 1),
    ('WORK_MODE', 'HOME_ONLINE', '居家线上', 'at home, online', 2),
    ('WORK_MODE', 'ISOLATED', '隔离', 'isolated', 3),
    ('WORK_MODE', 'LEAVE', '休假', 'on leave', 4);

-- 代办类型
insert into core.code (tab, code, zh, en, sort) values
    ('ERRAND', 'FETCH_DRUG', '代取药', 'fetch medicine', 1),
    ('ERRAND', 'BUY_DRUG', '代买药', 'buy medicine', 2),
    ('ERRAND', 'BUY_FOOD', '代买菜', 'buy food', 3),
    ('ERRAND', 'PAY_BILL', '代缴费', 'pay a bill', 4),
    ('ERRAND', 'PAPERS', '代办证件', 'papers', 5),
    ('ERRAND', 'ACCOMPANY', '陪诊', 'accompany to the doctor', 6),
    ('ERRAND', 'REPAIR', '家电报修', 'appliance repair', 7),
    ('ERRAND', 'OTHER', '其他', 'other', 8);

-- 餐次
insert into core.code (tab, code, zh, en, sort) values
    ('MEAL', 'B', '早餐', 'breakfast', 1),
    ('MEAL', 'L', '午餐', 'lunch', 2),
    ('MEAL', 'D', '晚餐', 'dinner', 3);

-- 膳食
insert into core.code (tab, code, zh, en, sort) values
    ('DIET', 'NORMAL', '普通', 'normal', 1),
    ('DIET', 'SOFT', '软食', 'soft', 2),
    ('DIET', 'LIQUID', '流质', 'liquid', 3),
    ('DIET', 'LOW_SALT', '低盐', 'low salt', 4),
    ('DIET', 'LOW_SUGAR', '低糖', 'low sugar', 5),
    ('DIET', 'HALAL', '清真', 'halal', 6),
    ('DIET', 'AVOID', '忌口', 'with exclusions', 7);

-- 居住方式, GB/T 42195-2022
insert into core.code (tab, code, zh, en, sort) values
    ('LIVING', 'ALONE', '独居', 'alone', 1),
    ('LIVING', 'SPOUSE', '与配偶居住', 'with spouse', 2),
    ('LIVING', 'CHILDREN', '与子女居住', 'with children', 3),
    ('LIVING', 'PARENTS', '与父母居住', 'with parents', 4),
    ('LIVING', 'SIBLINGS', '与兄弟姐妹居住', 'with siblings', 5),
    ('LIVING', 'RELATIVES', '与其他亲属居住', 'with other relatives', 6),
    ('LIVING', 'OTHERS', '与非亲属居住', 'with others', 7),
    ('LIVING', 'INSTITUTION', '养老机构', 'in an institution', 8);

-- 能力等级, GB/T 42195-2022
insert into core.code (tab, code, zh, en, sort) values
    ('ABILITY', '0', '能力完好', 'intact', 1),
    ('ABILITY', '1', '轻度失能', 'mildly impaired', 2),
    ('ABILITY', '2', '中度失能', 'moderately impaired', 3),
    ('ABILITY', '3', '重度失能', 'severely impaired', 4),
    ('ABILITY', '4', '完全失能', 'fully impaired', 5);

-- 评估原因, GB/T 42195-2022
insert into core.code (tab, code, zh, en, sort) values
    ('ASSESS_REASON', 'FIRST', '首次评估', 'first', 1),
    ('ASSESS_REASON', 'REGULAR', '常规评估', 'regular', 2),
    ('ASSESS_REASON', 'PROMPT', '即时评估', 'prompted by a change', 3),
    ('ASSESS_REASON', 'REVIEW', '复评', 'review after dispute', 4),
    ('ASSESS_REASON', 'OTHER', '其他', 'other', 5);

-- 探访等级
insert into core.code (tab, code, zh, en, sort) values
    ('ELDER_TIER', 'H', '高风险(每周)', 'high risk, weekly', 1),
    ('ELDER_TIER', 'K', '重点(每月)', 'key, monthly', 2),
    ('ELDER_TIER', 'N', '一般(每季)', 'general, quarterly', 3);

-- 特殊困难老年人类别
insert into core.code (tab, code, zh, en, sort) values
    ('ELDER_CAT', 'ALONE', '独居', 'living alone', 1),
    ('ELDER_CAT', 'EMPTY_NEST', '空巢', 'empty nest', 2),
    ('ELDER_CAT', 'LEFT_BEHIND', '留守', 'left behind', 3),
    ('ELDER_CAT', 'DISABLED', '失能', 'disabled', 4),
    ('ELDER_CAT', 'SEVERE', '重残', 'severely handicapped', 5),
    ('ELDER_CAT', 'FAMILY_PLAN', '计划生育特殊家庭', 'family-planning special household', 6),
    ('ELDER_CAT', 'AGED', '高龄', '80 and over', 7),
    ('ELDER_CAT', 'CHILD_LOST', '失独', 'only child lost', 8),
    ('ELDER_CAT', 'DESTITUTE', '分散特困', 'dispersed destitute', 9);

-- 问候电话结果
insert into core.code (tab, code, zh, en, sort) values
    ('CALL_RESULT', 'WELL', '应答正常', 'answered, well', 1),
    ('CALL_RESULT', 'NEED', '应答有需', 'answered, in need', 2),
    ('CALL_RESULT', 'NO_ANSWER', '无人接', 'no answer', 3),
    ('CALL_RESULT', 'OFF', '关机', 'switched off', 4),
    ('CALL_RESULT', 'FAMILY', '家属代答', 'answered by family', 5),
    ('CALL_RESULT', 'SEEN', '上门见面', 'seen at home', 6),
    ('CALL_RESULT', 'ABNORMAL', '异常', 'abnormal', 7);

-- Time limits of service requests by urgency (domain book 3.1.4). working_minutes run on working days
-- only, 480 a day. Every figure is our assumption [A] until the county confirms its own.
insert into core.policy_default (key, value, unit, mark, basis) values
    ('request.accept_minutes.U1', '5', 'minutes', '[A]', null),
    ('request.accept_minutes.U2', '30', 'minutes', '[A]', null),
    ('request.accept_minutes.U3', '240', 'working_minutes', '[A]', null),
    ('request.accept_minutes.U4', '480', 'working_minutes', '[A]', null),
    ('request.finish_minutes.U1', '30', 'minutes', '[A]', null),
    ('request.finish_minutes.U2', '480', 'minutes', '[A]', null),
    ('request.finish_minutes.U3', '1440', 'working_minutes', '[A]', null),
    ('request.finish_minutes.U4', '480', 'working_minutes', '[A]', null);
