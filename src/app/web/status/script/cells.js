// SPDX-License-Identifier: Apache-2.0
// The cells of tables, each given as [kind, value].

// A name as sent: apart from the direction of what is around it, and cut where it is long.
function nameOf(value) {
  const text = printable(value);
  const characters = Array.from(text.slice(0, 2 * SHOWN_CHARACTERS + 2));
  if (characters.length <= SHOWN_CHARACTERS) return isolated(text);
  const beginning = characters.slice(0, SHOWN_CHARACTERS - 1).join('') + '…';
  return make('details', {class: 'long'}, make('summary', {}, isolated(beginning)), make('bdi', {}, text));
}

// Lines of it, where it is long, end after a mark between words.
function isolated(text) {
  if (text.length < 24) return make('bdi', {}, text);
  const words = text.split(/(?<=[._/:|,;-])(?=[^._/:|,;-])/);
  return make('bdi', {}, ...words.flatMap((word, i) => i ? [make('wbr'), word] : [word]));
}

const draw = {
  text: value => value == null ? '–' : printable(value),
  name: value => value == null || value === '' ? '–' : nameOf(value),
  // Of several words, none of which is cut.
  words: value => value ? make('bdi', {}, printable(value)) : '–',
  size: value => value,
  count,
  about: value => `≈ ${count(value)}`,
  bytes,
  ago(value) {
    if (value == null) return make('span', {class: 'muted'}, 'never');
    return make('time', {datetime: new Date(value * 1000).toISOString(), title: moment(value)}, ago(value));
  },
  badge: ([text, kind]) => make('span', {class: `badge ${kind}`}, printable(text)),
  share(value) {
    const bar = make('span', {class: 'bar', 'aria-hidden': 'true'});
    bar.style.setProperty('--share', `${Math.min(100, value * 100)}%`);
    return make('span', {class: 'share'}, bar, percent(value));
  },
  place: ([file, line]) => make('span', {title: `${file}:${line}`}, make('bdi', {}, `${printable(file).split('/').pop()}:${line}`)),
  names(values) {
    return values.length ? make('ul', {}, ...values.map(value => make('li', {}, make('bdi', {}, printable(value))))) : '–';
  },
  suggest(value) {
    const button = make('button', {type: 'button', class: 'small'}, 'Suggest a rule');
    button.addEventListener('click', () => suggest(alike(value)));
    return button;
  },
};

function fill(cell, [kind, value]) {
  // Ages change although their times do not.
  const key = JSON.stringify([kind, value, kind === 'ago' && value != null ? ago(value) : '']);
  if (cell.key === key) return;
  cell.key = key;
  cell.className = ['count', 'about', 'bytes', 'size', 'ago'].includes(kind) ? 'n' : `of-${kind}`;
  cell.replaceChildren(draw[kind](value));
}
