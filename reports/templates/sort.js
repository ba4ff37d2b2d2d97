'use strict';

document.querySelectorAll('table[data-sortable]').forEach(makeSortable);

// Tables: a button in each head sorts by its column, and again the other way round.
function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector('button')?.addEventListener('click', () => {
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
