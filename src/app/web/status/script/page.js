// SPDX-License-Identifier: Apache-2.0
// The page as a whole: asks for everything again and again, and answers its buttons.

const pause = {isOn: false, wake: []};
let isAnswering = true;
let before = null;  // the status that was shown last

async function ask(path) {
  const answer = await fetch(new URL(path, api), {cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS)});
  if (!answer.ok) throw Object.assign(new Error(`status ${answer.status}`), {answer});
  return answer;
}

const askJson = async path => (await ask(path)).json();

// What went wrong with a request, in words.
async function faultOf(error) {
  if (!error.answer) return error.name === 'TimeoutError' ? 'it takes too long' : 'it cannot be reached';
  if (error.answer.status === 401) return 'a password is asked for: load this page again';
  const said = await error.answer.text().catch(() => '');
  let text = said.slice(0, 300).trim();
  try { text = JSON.parse(said).error ?? text; } catch { /* it is plain text */ }
  return printable(`${error.message}: ${text}`);
}

// ---- the figures at the top

function tile(name, value, further) {
  say($(name), value);
  say($(`${name}-sub`), further);
}

function rateText(said) {
  const passed = before ? said.now - before.now : 0;
  if (passed <= 0 || said.started !== before.started) return `${count(said.datagrams)} datagrams`;
  return `${perSecond((said.lines - before.lines) / passed)} now`;
}

function worstLoss(losses) {
  const [kind, lost] = Object.entries(losses).reduce((worst, each) => each[1] > worst[1] ? each : worst, ['', 0]);
  return lost ? `mostly ${kind}` : 'nothing';
}

function showStatus(said) {
  clockSkew = said.now - Date.now() / 1000;
  say($('ready'), said.is_ready ? 'ready' : `not ready: ${printable(said.not_ready_reason ?? '')}`);
  $('ready').className = `pill ${said.is_ready ? 'ok' : 'bad'}`;
  say($('version'), printable(said.version));
  tile('lines', count(said.lines), rateText(said));
  tile('lost', count(sum(Object.values(said.losses))), worstLoss(said.losses));
  tile('applied', count(said.applied), `of ${count(said.samples)}`);
  tile('series', count(said.series), `in ${count(said.families)} families, at most ${count(said.series_max)}`);
  tile('memory', bytes(said.resident_bytes),
       said.memory_limit_bytes ? `of ${bytes(said.memory_limit_bytes)}` : `series take ${bytes(said.store_bytes)}`);
  tile('scrape', ago(said.scrapes.last),
       said.scrapes.total ? `took ${seconds(said.scrapes.last_seconds ?? 0)}, ${count(said.scrapes.total)} so far` : 'no scraper came yet');
  tile('mapping', count(said.mapping.rules), mappingText(said.mapping));
  tile('uptime', span(said.uptime_seconds), `since ${moment(said.started)}`);
  show('losses', said.losses);
  before = said;
}

function mappingText(mapping) {
  if (!mapping.file) return 'no mapping file';
  const failed = mapping.reloads_failed ? `, failed reloads: ${count(mapping.reloads_failed)}` : '';
  return `${printable(mapping.file).split('/').pop()}${failed}`;
}

// ---- asking again and again

// `what` is missing, and why; '' when nothing is.
function tellAlive(what, fault) {
  const isAlive = !fault;
  if (isAlive !== isAnswering) {
    document.body.classList.toggle('stale', !isAlive);
    say($('alive'), isAlive ? '' : `${what} since ${clock(before?.now ?? now())}: ${fault}. Asking again.`);
  }
  isAnswering = isAlive;
}

async function refreshStatus() {
  try {
    showStatus(await askJson('status'));
    tellAlive('', '');
  } catch (error) {
    tellAlive(error.answer ? 'No figures' : 'No answer', await faultOf(error));
  }
}

async function refreshTable(name) {
  const table = tables[name];
  table.asked = Date.now();
  const path = table.path?.() ?? name;
  try {
    const said = await askJson(path);
    // Another order may have been chosen meanwhile.
    if (path === (table.path?.() ?? name)) show(name, said);
  } catch (error) {
    if (error.answer) say($(name).querySelector('.note'), `This could not be read: ${await faultOf(error)}`);
  }
}

async function refreshHistory() {
  try {
    showHistory(await askJson('history'));
  } catch { /* the status tells */ }
}

async function refreshRest() {
  await refreshHistory();
  for (const [name, table] of Object.entries(tables)) {
    const isDue = !table.asked || table.isInView || Date.now() - table.asked >= UNSEEN_MS;
    if (name !== 'losses' && isDue && isAnswering) await refreshTable(name);
  }
}

// Until the time has passed, or something wakes the page.
function rest(milliseconds) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    pause.wake.push(() => { clearTimeout(timer); resolve(); });
  });
}

function wakeUp() {
  for (const wake of pause.wake.splice(0)) wake();
}

async function repeat(refresh, milliseconds) {
  for (;;) {
    if (!document.hidden && !pause.isOn) await refresh();
    await rest(milliseconds);
  }
}

// ---- buttons

function setUpTheme() {
  const themes = ['system', 'light', 'dark'];
  let theme = 'system';
  try { theme = localStorage.getItem('weir-theme') ?? theme; } catch { /* not allowed to remember */ }
  const apply = () => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    say($('theme'), `Theme: ${theme}`);
  };
  if (!themes.includes(theme)) theme = 'system';
  apply();
  $('theme').addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try { localStorage.setItem('weir-theme', theme); } catch { /* the same */ }
    apply();
  });
}

function setUpPause() {
  $('pause').addEventListener('click', () => {
    pause.isOn = !pause.isOn;
    say($('pause'), pause.isOn ? 'Go on' : 'Pause');
    if (!pause.isOn) wakeUp();
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) wakeUp(); });
}

function setUpOrder() {
  const buttons = [...document.querySelectorAll('[data-by]')];
  for (const button of buttons) {
    button.addEventListener('click', () => {
      metricsBy = button.dataset.by;
      for (const other of buttons) other.setAttribute('aria-pressed', other === button);
      refreshTable('metrics');
    });
  }
}

function showResult(box, summary, text) {
  box.hidden = false;
  say(box.querySelector('p'), summary);
  box.querySelector('pre').textContent = text.split('\n').map(printable).join('\n');
  box.querySelector('pre').hidden = !text;
  box.text = text;
}

function setUpExplain() {
  $('explain-form').addEventListener('submit', async event => {
    event.preventDefault();
    const box = $('explanation');
    try {
      const answer = await ask(`explain?format=text&line=${encodeURIComponent($('line').value)}`);
      const isApplied = answer.headers.get('Weir-Applied') === 'true';
      showResult(box, isApplied ? 'Every sample of it comes to its series.' : 'Not all of it comes to a series.', await answer.text());
      box.className = `result ${isApplied ? 'ok' : 'warn'}`;
    } catch (error) {
      showResult(box, await faultOf(error), '');
    }
    box.focus({preventScroll: true});
  });
}

function suggestionText(said) {
  const rules = said.rules ?? [];
  const fits = (said.builtin ?? []).map(({name, share}) => `builtin:${name} fits ${percent(share)} of the samples.`);
  const found = rules.length
    ? `${count(rules.length)} ${rules.length === 1 ? 'rule' : 'rules'} for ${count(sum(rules.map(rule => rule.names)))} names: ` +
      `${count(sum(rules.map(rule => rule.series_after)))} series in place of ${count(sum(rules.map(rule => rule.series_before)))}.`
    : 'There is no rule to suggest.';
  const fine = said.fine ? [`${count(said.fine)} names need none.`] : [];
  return [found, ...fine, ...fits].join(' ');
}

async function suggest(names) {
  const box = $('suggestion');
  try {
    const said = await askJson(`suggest?${names.map(name => `name=${encodeURIComponent(name)}`).join('&')}`);
    showResult(box, printable(suggestionText(said)), said.rules?.length ? said.yaml : '');
  } catch (error) {
    showResult(box, await faultOf(error), '');
  }
  $('copy').hidden = box.querySelector('pre').hidden;
  say($('copy'), 'Copy');
  box.focus();
}

function setUpSuggest() {
  $('suggest-all').addEventListener('click', () => suggest([]));
  $('copy').addEventListener('click', async () => {
    const text = $('suggestion').querySelector('pre');
    try {
      await navigator.clipboard.writeText($('suggestion').text);
      say($('copy'), 'Copied');
    } catch {
      // Without TLS there is no clipboard.
      getSelection().selectAllChildren(text);
      say($('copy'), 'Selected: copy it with the keyboard');
    }
  });
}

function watchView() {
  const links = new Map([...document.querySelectorAll('nav a')].map(link => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(changes => {
    for (const {target, isIntersecting} of changes) {
      if (tables[target.id]) tables[target.id].isInView = isIntersecting;
      links.get(target.id)?.classList.toggle('seen', isIntersecting);
    }
  });
  for (const section of document.querySelectorAll('main > section')) seen.observe(section);
  new ResizeObserver(() => charts.forEach(drawChart)).observe($('charts'));
}

charts.forEach(buildChart);
setUpTheme();
setUpPause();
setUpOrder();
setUpExplain();
setUpSuggest();
watchView();
repeat(refreshStatus, STATUS_MS);
repeat(refreshRest, REST_MS);
