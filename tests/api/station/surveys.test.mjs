// 调查: what people need, how content departments and residents are, and what changed between before
// and after.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, YANGHUA, faultAt, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { change, done, kinds, made, number, step } from '../../lib/steps.mjs';

const SURVEYS = '/station/surveys', ANSWERS = '/station/survey_answers';
const NOW = new Date(Date.now() - 60e3).toISOString();

let server, who, suyu;
const elders = [];

const survey = async (more = {}) => {
    const one = await made(who.section.post(SURVEYS, {
        div: `${JIANGHUA}000000`, title: '政策需求调研', kind: 'NEEDS', opens_on: '2026-01-01',
        owner: who.section.account, questions: [{ code: 'q1', question: '最需要的服务' }], ...more,
    }));
    await step(who.section, `${SURVEYS}/${one.id}`, 'open');
    return one.id;
};

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA,
        { section: ['county_section', JIANGHUA, '县科员'] }));
    for (const name of ['甲', '乙', '丙'])
        elders.push(await made(who.worker.post('/station/residents', { name: `老人${name}`, div: YANGHUA })));
});
after(() => server?.stop());

test('the county asks what is needed; stations answer, each in its own place [K12 A03]', async () => {
    const id = await survey();
    assert.equal((await who.helukou.get(`${SURVEYS}/${id}`)).status, 200); // asked of all
    assert.equal((await suyu.head.get(`${SURVEYS}/${id}`)).status, 404);
    const answer = (person, needs) => who.worker.post(ANSWERS,
        { survey: id, answered_by: 'RESIDENT', answered_at: NOW, person, needs });
    const first = await made(answer(elders[0].id, ['MEAL', 'BUY_DRUG']));
    await made(answer(elders[1].id, ['MEAL']));
    assert.equal(faultAt(await answer(elders[0].id, ['POLICY']), '/person'), 'survey_answer_once');
    assert.equal((await answer(elders[2].id, [])).status, 422); // nothing said
    assert.equal((await who.helukou.get(`${ANSWERS}/${first.id}`)).status, 404);
    const needs = await number(who.admin, 'M24N', 'CM-01');
    assert.deepEqual(kinds(needs), { BUY_DRUG: 1, MEAL: 2 });
    assert.equal((await number(who.admin, 'M24P', 'CM-01')).value, 2);
    assert.equal((await number(who.helukou, 'M24N')).value, 0);
    const path = `${SURVEYS}/${id}`;
    assert.equal((await step(who.section, path, 'close', { findings: '助餐需求最多' })).state, 'closed');
});

test('departments and people rate the services; villages and departments say who they are [K33]', async () => {
    const id = await survey({ title: '服务满意度', kind: 'SATISFACTION' });
    const rate = (more) => who.worker.post(ANSWERS,
        { div: YANGHUA, survey: id, answered_at: NOW, answered_by: 'RESIDENT', ...more });
    await made(rate({ person: elders[0].id, rating: 5, opinion: '随叫随到', service: 'E' }));
    await made(rate({ rating: 3, opinion: '活动少' })); // by nobody's name
    const unnamed = await rate({ answered_by: 'DEPARTMENT', rating: 4 });
    assert.equal(faultAt(unnamed, '/unit'), 'required_if');
    await made(rate({ answered_by: 'DEPARTMENT', unit: '县教育局', rating: 4, opinion: '协作顺畅' }));
    await made(rate({ answered_by: 'VILLAGE', unit: '阳华社区居委会', rating: 5 }));
    assert.equal(faultAt(await rate({ rating: 6 }), '/rating'), 'too_large');
    assert.deepEqual((await number(who.head, 'M07S')).share, { kind: 'content', value: 3, of: 4 });
    const byUnit = await done(who.head.get(`${ANSWERS}?survey.eq=${id}&answered_by.eq=DEPARTMENT`));
    assert.deepEqual(byUnit.items.map(({ unit, rating }) => [unit, rating]), [['县教育局', 4]]);
});

test('loneliness falls, which is better; a case closed with both measures counts [E18]', async () => {
    const file = await made(who.worker.post('/station/case_files', {
        person: elders[0].id, source: 'VISIT', level: 'GENERAL', worker: who.worker.account, service: 'E',
    }));
    const measure = (more) => made(who.worker.post('/station/outcome_measures',
        { person: elders[0].id, pre_on: '2026-01-05', pre_score: '62.0', ...more }));
    const lonely = await measure({ instrument: 'LONELY', case_file: file.id });
    const path = `/station/outcome_measures/${lonely.id}`;
    assert.equal(faultAt(await change(who.worker, path, { post_score: '40.0' }), '/post_on'),
        'required_if');
    const after = await done(change(who.worker, path, { post_score: '40.0', post_on: '2026-03-30' }));
    assert.equal(after.better, true);
    const support = await measure({ instrument: 'SSRS' });
    const worse = await done(change(who.worker, `/station/outcome_measures/${support.id}`,
        { post_score: '40.0', post_on: '2026-03-30' }));
    assert.equal(worse.better, false); // here more is better
    const none = await number(who.head, 'Y14');
    assert.equal(none.value, 0); // still open
    await step(who.worker, `/station/case_files/${file.id}`, 'end_early',
        { close_reason: 'MOVED', reason: '随子女迁居' });
    assert.deepEqual((await number(who.head, 'Y14')).share, { kind: 'better', value: 1, of: 1 });
});
