'use strict';

document.querySelectorAll('table[data-sortable]').forEach(makeSortable);

// Tables: a button in each head sorts by its column, and again the other way round.
function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector('button').addEventListener('click', () => {
      const descending = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const body = table.tBodies[0];
      const compare = head.classList.contains('number') ? byNumber : byText;
      const rows = [...body.rows].sort((a, b) =>
        compare(a.cells[column], b.cells[column], descending ? -1 : 1));
      body.append(...rows);
    });
  });
}

// What is missing comes last either way.
function byNumber(a, b, sign) {
  const [x, y] = [a, b].map((cell) => parseFloat(cell.dataset.value ?? numberIn(cell.textContent)));
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
  return sign * (x - y);
}

function byText(a, b, sign) {
  return sign * a.textContent.localeCompare(b.textContent, 'en', { numeric: true });
}

// The number a text shows, in the smallest unit of its kind: `?1.02x`, `12.3 µs`, `1,000`.
function numberIn(text) {
  const units = {
    '': 1, 'x': 1, '%': 0.01, 'k': 1e3, 'M': 1e6, 'G': 1e9,
    'ns': 1, 'µs': 1e3, 'ms': 1e6, 's': 1e9,
    'B': 1, 'KiB': 2 ** 10, 'MiB': 2 ** 20, 'GiB': 2 ** 30,
  };
  const parts = /^[?≈]?(-?[\d,.]+) ?(\D*)$/.exec(text);
  return parts ? parts[1].replaceAll(',', '') * (units[parts[2]] ?? NaN) : NaN;
}

// Large reports: what a section shows is packed, and is unpacked when it is opened.
for (const details of document.querySelectorAll('details[data-packed]')) {
  details.addEventListener('toggle', () => unpack(details), { once: true });
}

async function unpack(details) {
  try {
    const bytes = Uint8Array.from(atob(details.dataset.packed), (it) => it.charCodeAt(0));
    const inflate = new DecompressionStream('deflate');
    const stream = new Blob([bytes]).stream().pipeThrough(inflate);
    const { html, tables } = await new Response(stream).json();
    details.insertAdjacentHTML('beforeend', html);
    details.append(...tables.map(foldedTable));
    delete details.dataset.packed;
  } catch (error) {
    details.append(element('p', { className: 'banner' }, `This section can't be unpacked: ${error}`));
  }
}

// A link to a packed section opens it.
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  target?.querySelector('details[data-packed]')?.setAttribute('open', '');
}
addEventListener('hashchange', openTarget);
openTarget();

// What the page has in full for a small report: see sort_table.html.
function foldedTable({ summary, caption, heads, columns }) {
  const title = ({ title, number }) => element('th', { scope: 'col', className: number ? 'number' : '' },
    element('button', { type: 'button' }, title));
  const cell = (datum, column) => {
    const [text, value] = [datum].flat();
    if (column === 0) return element('th', { scope: 'row' }, text);
    const made = element('td', { className: heads[column].number ? 'number' : '' }, text);
    if (value !== undefined) made.dataset.value = value;
    return made;
  };
  const rows = columns[0].map((_, row) =>
    element('tr', {}, ...columns.map((column, index) => cell(column[row], index))));
  const table = element('table', { className: 'figures' },
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...heads.map(title))),
    element('tbody', {}, ...rows));
  makeSortable(table);
  const scroll = element('div', { className: 'scroll', role: 'region', tabIndex: 0, ariaLabel: caption }, table);
  return element('details', {}, element('summary', {}, summary), scroll);
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The command: copied where the browser allows it, selected otherwise.
const copy = document.getElementById('copy');
copy.hidden = false;
copy.addEventListener('click', async () => {
  const command = document.getElementById('command');
  const said = document.getElementById('copied');
  try {
    await navigator.clipboard.writeText(command.textContent);
    said.textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren(command);
    said.textContent = 'Selected: copy it with the keyboard.';
  }
});
