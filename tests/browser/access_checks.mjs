// SPDX-License-Identifier: Apache-2.0
// Who can use the page, and where: keyboards, screen readers, small screens, paper, no script, a proxy, a password, and hostile senders.

import {readFileSync} from 'node:fs';
import http from 'node:http';
import {createRequire} from 'node:module';

import {assert, check, eventually, noFaults, open, SERVER, textsOf, withPage} from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [390, 820, 1440];
const NAME_SHOWN_MAX = 61;

async function axeFaults(page) {
  // The page's policy lets no script in, but what the browser's own tools evaluate.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
  const places = fault => fault.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ');
  return found.violations.map(fault => `${fault.impact} ${fault.id}: ${places(fault)}`);
}

async function checkEveryone(browser) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of WIDTHS) {
      const options = {colorScheme, viewport: {width, height: 900}};
      await check(`axe finds nothing, ${colorScheme}, ${width} wide`, () => withPage(browser, options, async page => {
        await page.fill('#line', 'shop.bonn.orders.paid:1|c');
        await page.press('#line', 'Enter');
        await eventually('the explanation', () => page.locator('#explanation').isVisible());
        await page.locator('#chart-traffic summary').click();
        await page.click('#suggest-all');
        await eventually('the suggestion', () => page.locator('#suggestion').isVisible());
        assert.deepEqual(await axeFaults(page), []);
      }));
    }
  }
  for (const width of [320, ...WIDTHS]) {
    await check(`nothing is wider than a screen of ${width}`, () => withPage(browser, {viewport: {width, height: 800}}, async page => {
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
    }));
  }
  await check('keys alone reach the content, a chart and its values', () => withPage(browser, {}, async page => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.closest('figure')?.id), 'chart-traffic');
    const value = () => page.evaluate(() => document.activeElement.getAttribute('aria-valuetext'));
    const newest = await eventually('a value', value);
    await page.keyboard.press('ArrowLeft');
    assert.notEqual(await value(), newest);
    assert.match(await value(), /^\d\d:\d\d:\d\d: lines .*datagrams /);
    await page.keyboard.press('Home');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-valuenow')), '0');
  }));
  await check('the pointer reads a value from a chart', () => withPage(browser, {}, async page => {
    const box = await page.locator('#chart-resident svg').boundingBox();
    await page.mouse.move(box.x + box.width - 12, box.y + 60);
    await eventually('the time', async () => /at \d\d:\d\d:\d\d/.test(await page.locator('#chart-resident .legend').textContent()));
  }));
  await check('a chart is a table, too', () => withPage(browser, {}, async page => {
    await page.locator('#chart-traffic summary').click();
    await eventually('rows', async () => (await textsOf(page, '#chart-traffic tbody th')).length > 0);
    assert.deepEqual(await textsOf(page, '#chart-traffic thead th'), ['Time', 'lines', 'datagrams']);
  }));
}

async function checkLooks(browser) {
  await check('the theme follows the system, and the switch', () => withPage(browser, {colorScheme: 'dark'}, async page => {
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await back();
    await page.click('#theme');
    const light = await back();
    assert.notEqual(light, dark);
    await page.reload();
    assert.equal(await back(), light);
    assert.equal(await page.locator('#theme').textContent(), 'Theme: light');
  }));
  await check('paper gets whole tables and no buttons', () => withPage(browser, {colorScheme: 'dark'}, async page => {
    await page.emulateMedia({media: 'print'});
    await page.setViewportSize({width: 720, height: 1000});
    const wide = await page.evaluate(() => [...document.querySelectorAll('main *')].filter(
      element => element.getBoundingClientRect().right > innerWidth + 1).map(element => element.closest('section')?.id));
    assert.deepEqual([...new Set(wide)], []);
    assert.equal(await page.locator('nav').isVisible(), false);
    assert.equal(await page.locator('#pause').isVisible(), false);
    const hidden = await page.evaluate(
      () => [...document.querySelectorAll('.scroll')].map(box => box.scrollHeight - box.clientHeight));
    assert.ok(Math.max(...hidden) <= 1);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  }));
  await check('without its script it has figures, links and an explanation', async () => {
    const page = await open(browser, {javaScriptEnabled: false, awaitsScript: false});
    assert.match(await page.locator('#lines').textContent(), /^[\d,]{2,}$/);
    assert.match(await page.locator('#memory').textContent(), /MiB/);
    assert.equal(await page.locator('#senders').isVisible(), false);
    assert.equal(await page.locator('noscript').isVisible(), true);
    await page.fill('#line', 'shop.bonn.orders.paid:1|c');
    await page.click('#explain-form button');
    await eventually('the explanation', async () => /takes it/.test(await page.textContent('body')));
    noFaults(page);
    await page.context().close();
  });
}

async function checkHostile(browser) {
  await check('hostile names do nothing', () => withPage(browser, {}, async page => {
    const names = await eventually('such names', async () => {
      const found = await textsOf(page, '#unmapped td:first-child, #refused td:nth-child(3), #labels td');
      return found.some(text => text.includes('window.hostile')) && found;
    });
    assert.equal(await page.evaluate(() => globalThis.hostile), undefined);
    assert.equal(await page.locator('main script, main img, main svg[onload], main [onerror]').count(), 0);
    // Neither may change the order of what is around them.
    assert.ok(names.some(text => text.includes('[U+202E]')));
    assert.ok(!names.some(text => /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(text)));
    const bare = await page.evaluate(() => [...document.querySelectorAll('.of-name')].map(
      cell => cell.querySelector('bdi') ? '–' : cell.textContent));
    assert.deepEqual(bare.filter(text => text !== '–'), []);
  }));
  const phone = {viewport: {width: 390, height: 800}};
  await check('a name of 10,000 characters is cut, and opens', () => withPage(browser, phone, async page => {
    const long = page.locator('#refused details.long', {hasText: 'xxxxxxxx'}).first();
    await eventually('the name', () => long.count());
    assert.ok((await long.locator('summary').textContent()).length < NAME_SHOWN_MAX);
    await long.locator('summary').click();
    assert.ok((await long.locator('> bdi').textContent()).length >= 200);
    assert.ok((await long.boundingBox()).height < 400);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390);
  }));
  await check('a hostile line is explained as text', () => withPage(browser, {}, async page => {
    await page.fill('#line', '<img src=x onerror=window.hostile=1>\u202e:1|c');
    await page.press('#line', 'Enter');
    await eventually('the explanation', async () => /<img src=x/.test(await page.locator('#explanation pre').textContent()));
    assert.equal(await page.locator('main img').count(), 0);
    assert.equal(await page.evaluate(() => globalThis.hostile), undefined);
  }));
}

// Serves the daemon below `/weir/`, as proxies do.
function startProxy() {
  const target = new URL(SERVER);
  const server = http.createServer((request, response) => {
    if (!request.url.startsWith('/weir/')) {
      response.writeHead(404).end();
      return;
    }
    const {method, headers} = request;
    const asked = {host: target.hostname, port: target.port, path: request.url.slice('/weir'.length), method, headers};
    request.pipe(http.request(asked, answer => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }));
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function checkPlaces(browser) {
  await check('it works below a path of a proxy', async () => {
    const proxy = await startProxy();
    try {
      await withPage(browser, {url: `http://127.0.0.1:${proxy.address().port}/weir/`, awaitsScript: false}, async page => {
        await page.click('text=Status');
        await eventually('the page', () => page.url().endsWith('/weir/status'));
        await eventually('its tables', async () => await page.locator('#rules tbody tr').count() > 0);
        const isInside = path => path.startsWith('/weir/') || path === '/favicon.ico' || path.includes('svg+xml');
        assert.ok(page.asked.every(isInside), page.asked.join(' '));
      });
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
  const {GUARDED_URL: guarded, GUARDED_USER: username, GUARDED_PASSWORD: password} = process.env;
  await check('it asks for the password of the web configuration', async () => {
    const context = await browser.newContext();
    for (const path of ['status', 'status.js', 'status.css', 'api/v1/status']) {
      assert.equal((await context.request.get(`${guarded}/${path}`)).status(), 401, path);
    }
    await context.close();
  });
  const options = {url: `${guarded}/status`, httpCredentials: {username, password}};
  await check('with the password it works', () => withPage(browser, options, async page => {
    assert.equal(page.answer.status(), 200);
    await eventually('its figures', async () => /now$/.test(await page.locator('#lines-sub').textContent()));
  }));
  await check('with the password in its address it works', () => withPage(
    browser, {url: `${guarded.replace('//', `//${username}:${encodeURIComponent(password)}@`)}/status`},
    async page => { assert.equal(page.answer.status(), 200); }));
}

export async function checkAccess(browser) {
  await checkEveryone(browser);
  await checkLooks(browser);
  await checkHostile(browser);
  await checkPlaces(browser);
}
