// A day in the field, on a phone: what is due, whom it is about, the visit, the errand, the round of meals,
// the call; and that it stays small.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { choose, follow, photo, startField, tap } from './field.mjs';

let field, browser, at, who;

before(async () => {
    field = await startField();
    ({ browser, at, who } = field);
});
after(() => field?.stop());

const rows = async (path) => (await who.head.get(path)).body.items;

test('the page is small, asks little, and can stand on a home screen', async () => {
    const page = await browser.open({ viewport: { width: 390, height: 844 } });
    const answers = [];
    page.on('response', (answer) => answers.push(answer));
    await page.goto(`${field.server.base}/m/`);
    await page.waitForSelector('#login');
    await browser.quiet(page);
    const sizes = { js: 0, css: 0 };
    for (const answer of answers) {
        const kind = /\.(js|css)$/.exec(new URL(answer.url()).pathname)?.[1];
        if (!kind) continue;
        sizes[kind] += gzipSync(await answer.body(), { level: 9 }).length;
        assert.match(answer.headers()['cache-control'], /immutable/);
        assert.equal(answer.headers()['content-encoding'], 'gzip');
    }
    assert.ok(sizes.js > 0 && sizes.js <= 90000, `script of ${sizes.js} bytes`);
    assert.ok(sizes.css > 0 && sizes.css <= 15000, `styles of ${sizes.css} bytes`);
    assert.ok(answers.length <= 6, answers.map((answer) => answer.url()).join(' '));
    const manifest = await (await fetch(`${field.server.base}/m/manifest.webmanifest`)).json();
    assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ['/m/', '/m/', 'standalone']);
    for (const { src, type } of manifest.icons) {
        const icon = await fetch(field.server.base + src);
        assert.deepEqual([icon.status, icon.headers.get('content-type')], [200, type]);
    }
    assert.doesNotMatch(await page.getAttribute('meta[name=viewport]', 'content'), /user-scalable|maximum-scale/);
    await browser.shot(page, 'field-sign-in');
    await page.context().close();
});

test('today: what is due stands by its person, in six requests with all it took', async () => {
    const page = await field.phone('li');
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await page.waitForSelector('.card >> text=黄秀英');
    await browser.quiet(page);
    assert.ok(asked.length <= 6, asked.join(' '));
    assert.match(await page.textContent('.loaded'), /\d\d:\d\d 更新/);
    for (const box of await page.locator('.tile, .card, .tabs a, .head button').evaluateAll((all) =>
        all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => [width, height])))
        assert.ok(box[0] >= 44 && box[1] >= 44, `${box}`);
    await browser.shot(page, 'field-today');
    await follow(page, /^黄秀英/);
    await page.waitForSelector('.facts');
    await page.goBack();
    await page.waitForSelector('.tiles');
    await page.context().close();
});

test('a resident is found by name, by initials and by the end of the number, and rung up with a reason', async () => {
    const page = await field.phone('li');
    await follow(page, '查找居民');
    for (const word of ['黄秀英', 'hxy', '13874601111']) {
        await page.fill('#find', word);
        await page.waitForSelector('.card >> text=黄秀英');
    }
    await page.fill('#find', '无此人');
    await page.waitForSelector('text=没有找到这个人');
    await page.fill('#find', 'hxy');
    await follow(page, /黄秀英/);
    await page.waitForSelector('.group >> text=服务诉求');
    assert.equal(await page.getByText('13874601111').count(), 0);
    await browser.shot(page, 'field-person');
    await page.evaluate(() => { window.addEventListener('beforeunload', () => {}); });
    await tap(page, /打电话/);
    await page.waitForSelector('a[href="tel:13874601111"]');
    const told = await field.server.psql(`select reason from core.audit where action = 'reveal' and object_id = '${at.widow}'`);
    assert.match(String(told), /CONTACT/);
    await page.context().close();
});

test('a visit: faults are said before it is sent; the photo goes up small, upright and without its place', async () => {
    const page = await field.phone('li');
    const big = await photo(page);
    assert.ok(big.length > 1e6 && big.includes('Exif'));
    await field.go(page, `/new/elderly.errand?person=${at.second}`);
    await tap(page, '提交');
    await page.waitForSelector('.field.invalid >> text=代办类型');
    await browser.shot(page, 'field-faults');
    await choose(page, '代办类型', '代取药');
    await page.fill('#f-items', '降压药两盒');
    await page.setInputFiles('#f-drug_proof', { name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer: big });
    await page.waitForSelector('text=照片已上传');
    await page.locator('.photo-shown').scrollIntoViewIfNeeded();
    await browser.shot(page, 'field-photo');
    await tap(page, '提交');
    await page.waitForSelector('.facts >> text=降压药两盒');
    const [made] = (await rows('/elderly/errands?limit=50')).filter(({ items }) => items === '降压药两盒');
    const { drug_proof: id } = (await who.head.get(`/elderly/errands/${made.id}`)).body;
    const file = (await who.head.get(`/files/${id}`)).body;
    assert.ok(file.size <= 300000, `${file.size} bytes`);
    const look = await page.evaluate(async (address) => {
        const bytes = await (await fetch(address)).blob();
        const picture = await createImageBitmap(bytes);
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [picture.width, picture.height];
        canvas.getContext('2d').drawImage(picture, 0, 0);
        const [r, g] = canvas.getContext('2d').getImageData(picture.width / 2, picture.height / 8, 1, 1).data;
        return { tall: picture.height > picture.width, red: r > 150 && g < 90, text: await bytes.text() };
    }, `/api/v1/files/${id}/content`);
    assert.deepEqual([look.tall, look.red, /Exif|GPS/.test(look.text)], [true, true, false]);

    await field.go(page, `/new/station.visit?person=${at.widow}`);
    await choose(page, '走访类型', '日常');
    await choose(page, '走访结果', '见面正常');
    await page.fill('#f-note', '精神好，药按时吃');
    await tap(page, '一周后');
    await browser.shot(page, 'field-visit');
    await tap(page, '提交');
    await page.waitForSelector('text=走访已提交');
    await page.waitForSelector('.facts >> text=精神好');
    assert.equal((await rows(`/station/visits?person.eq=${at.widow}`)).length, 1);
    await page.context().close();
});

test('an errand: taken, bought with money that must come out even, handed over', async () => {
    const page = await field.phone('li');
    await follow(page, '代办');
    await follow(page, /大米 10 斤/);
    await follow(page, '接单');
    await tap(page, '接单');
    await page.waitForSelector('text=接单：已完成');
    await follow(page, '登记购买');
    await page.fill('#f-advance_fen', '100');
    await page.fill('#f-spent_fen', '120.5');
    await page.locator('#f-spent_fen').blur();
    await page.waitForSelector('text=花费比预付多 ¥20.50');
    await page.fill('#f-spent_fen', '86.4');
    await page.locator('#f-spent_fen').blur();
    await page.waitForSelector('text=应退回 ¥13.60');
    await browser.shot(page, 'field-money');
    await page.fill('#f-receipt', 'A-17');
    await tap(page, '登记购买');
    await follow(page, '送达');
    await choose(page, '身心状况', '正常');
    await page.fill('#f-handed_to', '本人');
    await tap(page, '送达');
    await page.waitForSelector('.state >> text=已送达');
    await browser.shot(page, 'field-errand');
    assert.deepEqual((({ state, advance_fen, spent_fen }) => [state, advance_fen, spent_fen])((await who.head.get(`/elderly/errands/${at.errand}`)).body),
        ['delivered', 10000, 8640]);
    await page.context().close();
});

test('the round of meals goes from door to door and ends', async () => {
    const page = await field.phone('li');
    await follow(page, '送餐');
    await follow(page, '出发');
    await tap(page, '出发');
    await page.waitForSelector('text=下一站：第 1 站');
    await browser.shot(page, 'field-meals');
    await follow(page, '送达');
    await choose(page, '身心状况', '正常');
    await tap(page, '送达');
    await page.waitForSelector('text=下一站：第 2 站');
    await page.waitForSelector('.panel >> text=盘金凤');
    await follow(page, '登记无人在家');
    await tap(page, '登记无人在家');
    await page.waitForSelector('text=已送 2 / 2 站');
    await follow(page, '送完');
    await tap(page, '送完');
    await page.waitForSelector('.state >> text=已送完');
    assert.deepEqual((await rows('/elderly/meal_orders?limit=9')).map(({ state }) => state).sort(), ['delivered', 'not_home']);
    await page.context().close();
});

test('the greeting call of today is told', async () => {
    const page = await field.phone('li');
    await follow(page, '问候电话');
    await page.waitForSelector('.panel >> text=黄秀英');
    await browser.shot(page, 'field-calls');
    await follow(page, '登记接通');
    await choose(page, '结果', '应答正常');
    await choose(page, '用餐正常', '是');
    await tap(page, '登记接通');
    await page.waitForSelector('text=已完成 1 个');
    await page.context().close();
});

test('any record of a plugin is written from its schema; where the plugin is off it is nowhere', async () => {
    const page = await field.phone('li');
    await follow(page, '其他登记');
    await page.waitForSelector('.card >> text=意外事件');
    await browser.shot(page, 'field-more');
    await field.go(page, '/new/elderly.doctor_visit');
    await page.waitForSelector('#f-person');
    await page.fill('#f-person', 'pjf');
    await page.locator('.card', { hasText: '盘金凤' }).tap();
    await page.waitForSelector('.chosen >> text=盘金凤');
    await browser.shot(page, 'field-any');
    await page.context().close();
    const far = await field.phone('feng');
    assert.deepEqual(await far.locator('.tile span').allTextContents(), ['走访', '其他登记']);
    await far.waitForSelector('text=没有待办的事');
    await browser.shot(far, 'field-nothing');
    await follow(far, '其他登记');
    await far.waitForSelector('.card');
    assert.equal(await far.getByText('意外事件').count(), 0);
    browser.expect(2); // neither the rounds nor their stops
    await field.go(far, '/meals');
    await far.waitForSelector('.trouble');
    browser.expect(1);
    await field.go(far, `/person/${at.widow}`);
    await far.waitForSelector('.trouble >> text=没有找到');
    await browser.shot(far, 'field-refused');
    await far.context().close();
});

test('nobody is kept out: light, dark and large', async () => {
    const pages = ['/', '/find', '/notices', '/me', '/more', '/errands', '/meals', '/calls', `/person/${at.widow}`,
        `/r/elderly.errand/${at.errand}`, `/new/station.visit?person=${at.widow}`, '/new/elderly.incident'];
    for (const [look, kept] of Object.entries({ light: {}, dark: { dark: true }, large: { size: 'large' } })) {
        const bare = await field.phone('li', kept);
        for (const path of pages) {
            await field.go(bare, path);
            await browser.accessible(bare, `${look} ${path}`);
            const wide = await bare.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.equal(wide, 0, `${look} ${path} is wider than the phone`);
            if (path === '/' || path.startsWith('/new/station')) await browser.shot(bare, `field-${look}${path === '/' ? '' : '-visit'}`);
        }
        await bare.context().close();
    }
});

test('who leaves leaves nothing behind', async () => {
    const page = await field.phone('li');
    await field.go(page, '/new/station.visit');
    await page.fill('#f-note', '写了一半');
    await field.go(page, '/me');
    await tap(page, '大字');
    assert.equal(await page.evaluate(() => document.documentElement.className.trim()), 'large');
    await browser.shot(page, 'field-me');
    await tap(page, '退出登录');
    await page.waitForSelector('#login');
    const left = await page.evaluate(() => [JSON.stringify(sessionStorage), Object.keys(localStorage).sort()]);
    assert.equal(left[0], '{}');
    assert.equal(left[1].some((key) => /draft|me|entered/.test(key) && !/language|look/.test(key)), false, left[1].join(' '));
    await page.context().close();
});
