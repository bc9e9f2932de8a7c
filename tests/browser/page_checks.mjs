// SPDX-License-Identifier: Apache-2.0
// What the page shows and does, under traffic.

import {assert, check, eventually, open, SERVER, TABLES, textsOf, withPage} from './harness.mjs';

const STILL_MS = 6500;  // longer than between any two requests
// From the start of the traffic: it sends for two minutes, and is missed after one.
const SILENT_MS = 240000;
const CHARTS = ['traffic', 'lost', 'series-held', 'resident', 'scraped'];
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

const number = text => Number(text.replace(/[^\d.]/g, ''));

async function checkFigures(browser) {
  await check('the figures at the top are of the daemon and move', () => withPage(browser, {}, async page => {
    const lines = async () => number(await page.locator('#lines').textContent());
    const first = await lines();
    await eventually('more lines', async () => await lines() > first);
    const said = await (await fetch(`${SERVER}/api/v1/status`)).json();
    await eventually('the lines of the daemon', async () => await lines() >= said.lines);
    assert.equal(await page.locator('#mapping').textContent(), String(said.mapping.rules));
    assert.equal(await page.locator('#ready').textContent(), 'ready');
    assert.match(await page.locator('#lines-sub').textContent(), /\/s now$/);
  }));
  await check('every chart has a line and moves', () => withPage(browser, {}, async page => {
    const drawn = () => page.evaluate(
      names => names.map(name => document.querySelector(`#chart-${name} .line`)?.getAttribute('d') ?? ''), CHARTS);
    const first = await eventually('all lines', async () => { const all = await drawn(); return all.every(Boolean) && all; });
    await eventually('all charts to move', async () => (await drawn()).every((path, i) => path !== first[i]), 30000);
  }));
  await check('the chart of losses names those that there are', () => withPage(browser, {}, async page => {
    await eventually('rejected lines', async () => (await textsOf(page, '#chart-lost .key')).some(text => /^rejected .*\/s$/.test(text)));
  }));
}

// The cells of the first row of a table that has `text`.
const first = (page, table, text) => eventually(`${text} in ${table}`, () => page.evaluate(([name, wanted]) => {
  const rows = [...document.querySelectorAll(`#${name} tbody tr`)];
  const found = rows.find(row => row.textContent.includes(wanted));
  return found && [...found.cells].map(cell => cell.textContent);
}, [table, text]), 45000);

async function checkTables(browser) {
  await check('each table fills', () => withPage(browser, {}, async page => {
    for (const name of TABLES) {
      await eventually(`rows of ${name}`, async () => {
        const rows = await page.locator(`#${name} tbody tr:not(.empty)`).count();
        return rows > 0 && !(await page.locator(`#${name} .note`).textContent()).includes('could not be read');
      });
    }
  }));
  await check('senders have their share', () => withPage(browser, {}, async page => {
    assert.match((await first(page, 'senders', '127.0.0.11')).join('|'), /udp\|[\d,]+\|[\d.]+ %\|\d+ s ago\|sends/);
  }));
  await check('rules have their place, their samples and their last use', () => withPage(browser, {}, async page => {
    const used = await first(page, 'rules', 'shop.*.orders.*');
    assert.equal(used[2], 'mapping.yml:2');
    assert.ok(number(used[3]) > 0, used[3]);
    assert.match(used[4], / ago$/);
    const unused = await first(page, 'rules', 'reports.nightly.*');
    assert.deepEqual(unused.slice(3), ['0', 'never']);
  }));
  await check('refused lines have their reason and sender', () => withPage(browser, {}, async page => {
    const row = await first(page, 'refused', 'web.cart.requests.200:many|c');
    assert.equal(row[1], 'malformed_value');
    assert.match(row[3], /^127\.0\.0\.13/);
  }));
  await check('a reload that failed has its errors', () => withPage(browser, {}, async page => {
    assert.match((await first(page, 'reloads', 'failed')).join('|'), /mapping\.yml:\d+:\d+: unknown key "lables"/);
  }));
  await check('conflicts and labels name their metric', () => withPage(browser, {}, async page => {
    await first(page, 'conflicts', 'legacy_worker1_queue_length');
    await first(page, 'labels', 'sessions_active');
  }));
  await check('metrics are ordered by samples or by series', () => withPage(browser, {}, async page => {
    const column = index => textsOf(page, `#metrics tbody td:nth-child(${index + 1})`);
    const falls = values => values.every((value, i) => !i || number(values[i - 1]) >= number(value));
    await eventually('samples that fall', async () => falls(await column(2)));
    await page.click('[data-by=series]');
    await eventually('series that fall', async () => falls(await column(3)));
    assert.equal(await page.getAttribute('[data-by=series]', 'aria-pressed'), 'true');
  }));
  await check('what is open and focused in a table stays so', () => withPage(browser, {}, async page => {
    const button = page.locator('#unmapped button.small').first();
    await button.focus();
    const row = await page.evaluate(() => document.activeElement.closest('tr').cells[0].textContent);
    await pause(STILL_MS);
    assert.equal(await page.evaluate(() => document.activeElement.closest('tr')?.cells[0].textContent), row);
  }));
}

async function checkQuestions(browser) {
  await check('explain answers', () => withPage(browser, {}, async page => {
    await page.fill('#line', 'shop.bonn.orders.paid:1|c');
    await page.press('#line', 'Enter');
    await eventually('the explanation', async () => /takes it/.test(await page.locator('#explanation pre').textContent()));
    assert.match(await page.locator('#explanation p').textContent(), /comes to its series/);
    await page.fill('#line', 'shop.bonn.orders.paid:x|c');
    await page.click('#explain-form button');
    await eventually('the refusal', async () => /Not all/.test(await page.locator('#explanation p').textContent()));
  }));
  await check('suggest answers for one name and for all', () => withPage(browser, {}, async page => {
    await page.locator('#unmapped tr', {hasText: 'legacy.worker'}).first().getByRole('button').click();
    await eventually('a rule', async () => /match: .*legacy/.test(await page.locator('#suggestion pre').textContent()));
    assert.equal(await page.evaluate(() => document.activeElement.id), 'suggestion');
    await page.click('#suggest-all');
    await eventually('all rules', async () => /names: \d/.test(await page.locator('#suggestion p').textContent()));
  }));
}

async function checkCalm(browser) {
  const asks = async page => { const before = page.asked.length; await pause(STILL_MS); return page.asked.slice(before); };
  await check('a pause asks for nothing, and its end does', () => withPage(browser, {}, async page => {
    await page.click('#pause');
    await pause(1000);
    assert.deepEqual(await asks(page), []);
    await page.click('#pause');
    assert.ok((await asks(page)).length > 3);
  }));
  await check('a page that is not seen asks for nothing', () => withPage(browser, {}, async page => {
    const setHidden = isHidden => page.evaluate(value => {
      Object.defineProperty(document, 'hidden', {configurable: true, get: () => value});
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
    await setHidden(true);
    await pause(1000);
    assert.deepEqual(await asks(page), []);
    await setHidden(false);
    assert.ok((await asks(page)).length > 3);
  }));
  await check('it says when the daemon does not answer, and goes on when it does', async () => {
    const page = await open(browser);
    const pid = Number(process.env.WEIR_PID);
    try {
      process.kill(pid, 'SIGSTOP');
      await eventually('the message', async () => /^No answer since/.test(await page.locator('#alive').textContent()), 30000);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually('its end', async () => await page.locator('#alive').textContent() === '', 30000);
    await page.context().close();
  });
}

// Last, for it takes its time.
async function checkSilence(browser) {
  await check('a sender that was regular and stopped is silent', () => withPage(browser, {}, async page => {
    await eventually('a silent sender', async () => (await first(page, 'senders', '127.0.0.14'))[5] === 'silent', SILENT_MS);
  }));
}

export async function checkPage(browser) {
  await checkFigures(browser);
  await checkTables(browser);
  await checkQuestions(browser);
  await checkCalm(browser);
  await checkSilence(browser);
}
