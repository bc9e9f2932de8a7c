// SPDX-License-Identifier: Apache-2.0
// The charts: lines over the last 15 minutes, newest at the right, drawn as SVG.

const PLOT = {left: 52, right: 10, top: 8, bottom: 20, height: 148};
const LINES_MAX = 5;

const sum = values => values.reduce((all, value) => all + (value ?? 0), 0);

// The kinds that lost something, the largest first, and the rest of them as one.
function lossLines(said) {
  const kinds = Object.entries(said.losses_per_second).filter(([, values]) => sum(values) > 0);
  kinds.sort((a, b) => sum(b[1]) - sum(a[1]));
  const rest = kinds.splice(LINES_MAX);
  if (rest.length) kinds.push(['others', rest[0][1].map((_, i) => sum(rest.map(([, values]) => values[i])))]);
  return kinds;
}

const charts = [
  {name: 'traffic', title: 'Lines and datagrams per second', unit: perSecond, empty: 'Nothing has come yet.',
   lines: said => [['lines', said.lines_per_second], ['datagrams', said.datagrams_per_second]]},
  {name: 'lost', title: 'Losses per second', unit: perSecond, empty: 'Nothing was lost in this time.', lines: lossLines},
  {name: 'series-held', title: 'Series', unit: short, empty: 'Nothing is known yet.', lines: said => [['series', said.series]]},
  {name: 'resident', title: 'Memory', unit: bytes, steps: 1024, empty: 'Nothing is known yet.',
   lines: said => [['resident memory', said.resident_bytes]]},
  {name: 'scraped', title: 'Scrape time', unit: seconds, empty: 'There was no scrape in this time.',
   lines: said => [['scrape time', said.scrape_seconds]]},
];

// The top of an axis of two steps that holds `most`.
function axisTop(most, thousand = 1000) {
  if (!(most > 0)) return 1;
  const power = thousand === 1024 ? 1024 ** Math.floor(Math.log2(most) / 10) : 10 ** Math.floor(Math.log10(most));
  const steps = thousand === 1024 ? [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] : [1, 2, 4, 5, 10];
  return steps.find(step => step * power >= most) * power;
}

function pathOf(values, x, y) {
  let path = '';
  let isDown = false;
  values.forEach((value, i) => {
    if (value != null) path += `${isDown ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    // A point on its own is seen, too.
    if (value != null && !isDown && values[i + 1] == null) path += 'h.1';
    isDown = value != null;
  });
  return path;
}

function buildChart(chart) {
  chart.svg = make('svg', {role: 'slider', tabindex: 0, 'aria-label': `${chart.title}, last 15 minutes`, 'aria-valuemin': 0,
                           'aria-valuemax': SLOTS - 1, 'aria-valuenow': SLOTS - 1, 'aria-valuetext': chart.empty});
  chart.legend = make('p', {class: 'legend'});
  chart.data = make('details', {class: 'data'}, make('summary', {}, 'As a table'));
  chart.data.addEventListener('toggle', () => drawChart(chart));
  chart.figure = make('figure', {class: 'card', id: `chart-${chart.name}`},
                      make('figcaption', {}, make('h3', {}, chart.title), chart.legend), chart.svg, chart.data);
  $('charts').append(chart.figure);
  const move = at => { chart.at = at; drawChart(chart); };
  chart.svg.addEventListener('pointermove', event => move(slotAt(chart, event.offsetX)));
  chart.svg.addEventListener('pointerleave', () => move(null));
  chart.svg.addEventListener('blur', () => move(null));
  chart.svg.addEventListener('keydown', event => {
    const step = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12, Home: -SLOTS, End: SLOTS}[event.key];
    if (!step) return;
    event.preventDefault();
    move(Math.max(0, Math.min(SLOTS - 1, (chart.at ?? SLOTS - 1) + step)));
  });
}

function slotAt(chart, offset) {
  const width = chart.svg.clientWidth - PLOT.left - PLOT.right;
  return Math.max(0, Math.min(SLOTS - 1, Math.round((offset - PLOT.left) / width * (SLOTS - 1))));
}

function drawChart(chart) {
  if (!chart.said) return;
  const said = chart.said;
  const lines = chart.lines(said).filter(([, values]) => values.some(value => value != null));
  const width = Math.max(200, chart.svg.clientWidth);
  const {left, right, top, bottom, height} = PLOT;
  const most = axisTop(Math.max(0, ...lines.flatMap(([, values]) => values.map(value => value ?? 0))), chart.steps);
  const first = SLOTS - Math.max(0, ...lines.map(([, values]) => values.length));
  const x = slot => left + (width - left - right) * slot / (SLOTS - 1);
  const y = value => top + (height - top - bottom) * (1 - value / most);
  const minute = 60 / said.step_seconds;
  const grid = [0, most / 2, most].flatMap(value => [
    make('line', {x1: left, x2: width - right, y1: y(value), y2: y(value)}),
    make('text', {x: left - 6, y: y(value) + 4, 'text-anchor': 'end'}, chart.unit(value))]);
  const times = [15, 10, 5, 0].map(minutes => make('text', {
    x: x(Math.max(0, SLOTS - 1 - minutes * minute)), y: height - 4,
    'text-anchor': minutes === 15 ? 'start' : minutes ? 'middle' : 'end'}, minutes ? `−${minutes} min` : 'now'));
  const drawn = lines.map(([, values], i) => make('path', {class: `line c${i}`, d: pathOf(values, at => x(first + at), y)}));
  if (lines.length === 1 && lines[0][1].every(value => value != null)) {
    const path = drawn[0].getAttribute('d');
    drawn.unshift(make('path', {class: 'area c0', d: `${path}L${x(SLOTS - 1)} ${y(0)}H${x(first)}Z`}));
  }
  chart.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  chart.svg.replaceChildren(make('g', {class: 'grid'}, ...grid, ...times), ...drawn, ...cursor(chart, lines, first, x, y));
  tellValues(chart, lines, first);
  if (chart.data.open) drawValues(chart, lines, first);
}

function cursor(chart, lines, first, x, y) {
  if (chart.at == null) return [];
  const {top, bottom, height} = PLOT;
  const dots = lines.flatMap(([, values], i) => {
    const value = values[chart.at - first];
    return value == null ? [] : [make('circle', {class: `c${i}`, cx: x(chart.at), cy: y(value), r: 3.5})];
  });
  return [make('line', {class: 'cursor', x1: x(chart.at), x2: x(chart.at), y1: top, y2: height - bottom}), ...dots];
}

const timeAt = (said, slot) => clock(said.end - (SLOTS - 1 - slot) * said.step_seconds);

function lastOf(values) {
  for (let i = values.length; i--;) if (values[i] != null) return values[i];
  return null;
}

// The values at the cursor, or else the newest.
function tellValues(chart, lines, first) {
  const valueOf = values => chart.at == null ? lastOf(values) : values[chart.at - first];
  const told = value => value == null ? '–' : chart.unit(value);
  chart.legend.replaceChildren(...lines.map(([name, values], i) => make('span', {class: `key c${i}`},
    `${printable(name)} `, make('b', {}, told(valueOf(values))))));
  if (!lines.length) chart.legend.append(chart.empty);
  else if (chart.at != null) chart.legend.append(make('span', {class: 'muted'}, `at ${timeAt(chart.said, chart.at)}`));
  const text = lines.map(([name, values]) => `${name} ${told(valueOf(values))}`).join(', ');
  chart.svg.setAttribute('aria-valuenow', chart.at ?? SLOTS - 1);
  chart.svg.setAttribute('aria-valuetext', lines.length ? `${timeAt(chart.said, chart.at ?? SLOTS - 1)}: ${printable(text)}` : chart.empty);
}

// One row for each minute, the newest first.
function drawValues(chart, lines, first) {
  const head = make('tr', {}, ...['Time', ...lines.map(([name]) => printable(name))].map(name => make('th', {scope: 'col'}, name)));
  const rows = [];
  for (let slot = SLOTS - 1; slot >= first; slot -= Math.round(60 / chart.said.step_seconds)) {
    const values = lines.map(([, all]) => all[slot - first]);
    rows.push(make('tr', {}, make('th', {scope: 'row'}, timeAt(chart.said, slot)),
                   ...values.map(value => make('td', {class: 'n'}, value == null ? '–' : chart.unit(value)))));
  }
  const table = make('table', {}, make('caption', {class: 'unseen'}, `${chart.title}, each minute`), make('thead', {}, head),
                     make('tbody', {}, ...rows));
  chart.data.replaceChildren(chart.data.firstChild, table);
}

function showHistory(said) {
  for (const chart of charts) {
    chart.said = said;
    drawChart(chart);
  }
}
