// SPDX-License-Identifier: Apache-2.0
// What the checks of the status page share: a browser, pages that note what goes wrong in them, and a report in TAP.

import {strict as assert} from 'node:assert';
import {chromium} from 'playwright-core';

export const SERVER = process.env.WEIR_URL;
const WAIT_MS = 20000;

let reported = 0;
let failed = 0;

export async function check(name, run) {
  if (!name.includes(process.env.ONLY ?? '')) return;
  try {
    await run();
    console.log(`ok ${++reported} - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${++reported} - ${name}`);
    for (const line of String(error.stack ?? error).split('\n')) console.log(`# ${line}`);
  }
}

export function report() {
  console.log(`1..${reported}`);
  process.exitCode = failed ? 1 : 0;
}

// Until `condition` returns something true, which is returned; what it throws counts as false.
export async function eventually(what, condition, milliseconds = WAIT_MS) {
  const deadline = Date.now() + milliseconds;
  let last = '';
  while (Date.now() < deadline) {
    try {
      const result = await condition();
      if (result) return result;
    } catch (error) {
      last = `: ${error.message}`;
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${milliseconds} ms for ${what}${last}`);
}

export async function withBrowser(use) {
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ['--no-sandbox']});
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

// A page of a context of its own. `page.faults` has what no page may do, `page.asked` the paths of its requests.
export async function open(browser, {url = `${SERVER}/status`, awaitsScript = true, setUp, ...options} = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
  const page = await context.newPage();
  page.faults = [];
  page.asked = [];
  page.on('console', message => {
    // Browsers ask for one where a page has no icon, as the landing page and plain texts.
    if (message.location().url.endsWith('/favicon.ico')) return;
    if (['error', 'warning'].includes(message.type())) page.faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', error => page.faults.push(`script: ${error.message}`));
  page.on('dialog', dialog => { page.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', request => {
    const asked = new URL(request.url());
    if (asked.protocol !== 'data:' && asked.host !== new URL(url).host) page.faults.push(`request to ${asked.host}`);
    page.asked.push(asked.pathname + asked.search);
  });
  await setUp?.(page);
  const answer = await page.goto(url);
  if (awaitsScript) await ready(page);
  return Object.assign(page, {answer});
}

const TABLES = ['losses', 'senders', 'listeners', 'metrics', 'labels', 'unmapped', 'refused', 'rules', 'conflicts', 'reloads'];

// Until every table has been read, be it empty or not.
export async function ready(page) {
  await eventually('each table to be read', () => page.evaluate(
    tables => tables.every(name => document.querySelector(`#${name} tbody tr`)), TABLES));
}

export const textsOf = (page, selector) => page.locator(selector).allTextContents();

export function noFaults(page) {
  assert.deepEqual(page.faults, []);
}

export async function withPage(browser, options, use) {
  const page = await open(browser, options);
  try {
    await use(page);
    if (!options.mayFail) noFaults(page);
  } finally {
    await page.context().close();
  }
}

export {assert, TABLES};
