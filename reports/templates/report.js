'use strict';

// Tables: a button in each head sorts by its column, and again the other way round.
for (const table of document.querySelectorAll('table[data-sortable]')) {
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
  const [x, y] = [a, b].map((cell) => parseFloat(cell.dataset.value));
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
  return sign * (x - y);
}

function byText(a, b, sign) {
  return sign * a.textContent.localeCompare(b.textContent, 'en', { numeric: true });
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
