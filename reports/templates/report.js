
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
