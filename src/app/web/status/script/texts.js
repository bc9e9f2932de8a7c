// SPDX-License-Identifier: Apache-2.0
// The script of the status page: reads /api/v1/ and writes what it says, as text only, into the tables and charts of the page.
'use strict';

const STATUS_MS = 2000;
const REST_MS = 5000;
const UNSEEN_MS = 30000;  // how old a table may become that is not in view
const ANSWER_MS = 10000;
const SHOWN_CHARACTERS = 60;
const SLOTS = 180;        // of a chart: 15 minutes of 5 s each

const $ = id => document.getElementById(id);
// Without the password that the address of the page may have: fetch refuses such.
const api = new URL('api/v1/', document.baseURI);
api.username = api.password = '';

// What senders and the browser's clock say.
let clockSkew = 0;  // seconds
const now = () => Date.now() / 1000 + clockSkew;

const SVG = 'http://www.w3.org/2000/svg';

function make(name, attributes = {}, ...children) {
  const isSvg = ['svg', 'g', 'path', 'line', 'text', 'circle'].includes(name);
  const element = isSvg ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// What a terminal or a reader would act on, made visible.
function printable(text) {
  return String(text).replace(/[\u0000-\u001f]/g, c => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
             c => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const three = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});
const compact = new Intl.NumberFormat('en', {notation: 'compact', maximumSignificantDigits: 3});

const count = value => value == null ? '–' : whole.format(value);
const short = value => value < 1 ? three.format(value) : compact.format(value).replace('K', 'k');
const perSecond = value => `${short(value)}/s`;

function bytes(value) {
  if (value == null) return '–';
  const power = value < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(value) / 10));
  return `${three.format(value / 1024 ** power)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

function percent(share) {
  return share > 0 && share < 0.001 ? '<0.1 %' : `${(share * 100).toFixed(1)} %`;
}

function seconds(value) {
  if (value === 0) return '0 s';
  if (value < 0.001) return `${three.format(value * 1e6)} µs`;
  return value < 1 ? `${three.format(value * 1000)} ms` : `${three.format(value)} s`;
}

function span(value) {
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = parts.findIndex(([size], i) => value >= size || i === 3);
  const [size, unit] = parts[first];
  const rest = first < 3 && first > 0 ? 0 : Math.floor(value % 86400 / 3600);
  return `${Math.floor(value / size)} ${unit}` + (first === 0 && rest ? ` ${rest} h` : '');
}

const ago = time => time == null ? 'never' : `${span(Math.max(0, now() - time))} ago`;
const moment = time => new Date(time * 1000).toLocaleString('sv');
const clock = time => new Date(time * 1000).toLocaleTimeString('sv');
