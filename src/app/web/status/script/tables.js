// SPDX-License-Identifier: Apache-2.0
// The tables: what each row says, and how they are brought up to date.

const TYPES = {c: 'counter', g: 'gauge', ms: 'timer', h: 'histogram', d: 'distribution', s: 'set', m: 'meter'};
const LOSSES = {
  kernel_drop: 'datagrams for which the receive buffer was full',
  refused_sender: 'datagrams and connections of senders that --statsd.allow-from leaves out',
  truncated: 'bytes of datagrams above 65,535 bytes',
  too_many: 'connections beyond a limit',
  out_of_descriptors: 'connections for which no file descriptor was left',
  failed: 'connections that could not be set up',
  rejected: 'lines and samples that cannot be read',
  too_long: 'lines above --limits.line-bytes',
  error: 'events with a bad name, label or value',
  conflict: 'events whose name is another type’s',
  refused: 'events beyond a limit on series',
  packet_too_long: 'packets of Unix streams above a limit',
  packet_cut_off: 'packets of Unix streams that ended early',
  relay: 'lines that the relay could not send on',
};

let mappingFile = '';
let metricsBy = 'samples';
let unmappedNames = [];

// A rule for several names comes of what they have in common, so one is asked for with those that begin alike.
function alike(name) {
  const beginning = text => text.split(/[._]/)[0];
  return unmappedNames.filter(other => beginning(other) === beginning(name));
}

const tables = {
  listeners: {
    rows: said => said.listeners, key: row => row.transport + row.address, empty: 'There is no listener.',
    cells: row => [['text', row.transport], ['name', row.address], ['count', row.lines], ['count', row.refused], ['count', row.packets], ['bytes', row.bytes],
                   ['count', row.connections], ['count', row.kernel_drops],
                   ['size', bufferText(row)], ['ago', row.last_seen]],
  },
  senders: {
    rows: said => said.senders, key: row => row.transport + row.sender, empty: 'Nobody has sent anything yet.',
    cells: row => [['name', row.sender], ['text', row.transport], ['count', row.lines], ['share', row.share], ['ago', row.last_seen],
                   ['badge', row.is_silent ? ['silent', 'warn'] : ['sends', 'ok']]],
  },
  metrics: {
    path: () => `metrics?by=${metricsBy}`, rows: said => said.metrics, key: row => row.name, empty: 'There is no metric yet.',
    cells: row => [['name', row.name], ['text', row.type], ['count', row.samples], ['count', row.series]],
  },
  labels: {
    rows: said => said.labels, key: row => `${row.metric} ${row.label}`, empty: 'No metric has a label yet.',
    cells: row => [['name', row.metric], ['name', row.label], [row.is_estimate ? 'about' : 'count', row.values], ['count', row.series]],
  },
  unmapped: {
    rows: said => said.names, key: row => `${row.type} ${row.name}`, empty: 'A rule took every name that was sent.',
    before: said => { unmappedNames = said.names.map(row => row.name); },
    note: said => said.names.length ? `${count(said.samples)} samples of unmapped names.` : '',
    cells: row => [['name', row.name], ['text', TYPES[row.type] ?? row.type], ['count', row.samples], ['name', row.example],
                   ['name', row.sender], ['ago', row.last_seen], ['suggest', row.name]],
  },
  refused: {
    rows: said => said.refused, key: row => `${row.time} ${row.sender} ${row.line}`, empty: 'Nothing was refused since the start.',
    note: said => Object.entries(said.counts).filter(([, n]) => n).map(([reason, n]) => `${reason} ${count(n)}`).join(', '),
    cells: row => [['ago', row.time], ['text', row.reason], ['name', row.line], ['name', row.sender], ['text', row.transport],
                   ['words', row.detail || row.part]],
  },
  conflicts: {
    rows: said => said.conflicts, key: row => `${row.kind} ${row.type} ${row.metric}`, empty: 'No sample was in conflict since the start.',
    cells: row => [['name', row.metric], ['text', row.type], ['text', row.kind], ['count', row.samples]],
  },
  rules: {
    path: () => 'rules?limit=1000', rows: said => said.rules, key: row => `${row.line} ${row.match}`,
    empty: 'There is no mapping file: every name keeps its form.',
    before: said => { mappingFile = said.file ?? ''; },
    cells: row => [['name', row.match], row.action === 'drop' ? ['badge', ['drop', 'plain']] : ['name', row.name],
                   ['place', [mappingFile, row.line]], ['count', row.samples], ['ago', row.last_used]],
  },
  reloads: {
    rows: said => said.reloads, key: row => row.time, empty: 'The mapping file was not loaded again since the start.',
    cells: row => [['ago', row.time], ['badge', row.is_success ? ['loaded', 'ok'] : ['failed', 'bad']], ['count', row.rules],
                   ['names', row.errors ?? []]],
  },
  losses: {
    rows: said => Object.entries(said).sort((a, b) => b[1] - a[1]), key: row => row[0], empty: 'Nothing can be lost.',
    cells: ([kind, lost]) => [['badge', [kind, lost ? 'warn' : 'plain']], ['count', lost], ['text', LOSSES[kind]]],
  },
};

// How much of the buffer was filled at most, of late.
function bufferText(row) {
  const used = row.buffer_used == null ? [] : [percent(row.buffer_used)];
  return [...used, ...row.buffer_bytes == null ? [] : [bytes(row.buffer_bytes)]].join(' of ') || '–';
}

function rowFor(table, key, width) {
  const known = table.known.get(key);
  if (known) return known;
  const row = make('tr');
  for (let i = 0; i < width; ++i) row.append(make('td'));
  return row;
}

function emptyRow(body, text) {
  const width = body.parentNode.tHead.rows[0].cells.length;
  return make('tr', {class: 'empty'}, make('td', {colspan: width}, text));
}

function noteOf(table, said) {
  const parts = [table.note?.(said), said.left_out ? `${count(said.left_out)} more are not shown.` : '',
                 said.is_estimate ? 'Numbers are estimated from a part of the lines.' : ''];
  return parts.filter(Boolean).join(' ');
}

// Rows that are there stay the same elements, so that what is open, selected or focused in them stays so.
function show(name, said) {
  const table = tables[name];
  const section = $(name);
  const body = section.querySelector('tbody');
  table.known ??= new Map();
  table.before?.(said);
  const seen = new Map();
  for (const row of table.rows(said)) {
    const cells = table.cells(row);
    let key = String(table.key(row));
    while (seen.has(key)) key += '+';
    const element = rowFor(table, key, cells.length);
    cells.forEach((cell, i) => fill(element.cells[i], cell));
    seen.set(key, element);
  }
  table.known = seen;
  const wanted = seen.size ? [...seen.values()] : [emptyRow(body, table.empty)];
  if (wanted.length !== body.rows.length || wanted.some((row, i) => row !== body.rows[i])) {
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    body.replaceChildren(...wanted);
    focused?.focus({preventScroll: true});
  }
  say(section.querySelector('.note'), printable(noteOf(table, said)));
}
