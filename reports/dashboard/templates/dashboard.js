
// A table that is searched: rows stay whose text has all the words.
for (const input of document.querySelectorAll('[data-filter]')) {
  const rows = [...document.getElementById(input.dataset.filter)?.tBodies[0].rows ?? []];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    rows.forEach((row, index) => { row.hidden = !words.every((word) => texts[index].includes(word)); });
  };
  input.addEventListener('input', filter);
  const form = input.closest('[data-search]');
  form?.removeAttribute('hidden');
  form?.addEventListener('submit', (event) => event.preventDefault());
}

// A part of the page that the server sends anew whenever it changes.
for (const part of document.querySelectorAll('[data-live]')) {
  new EventSource(part.dataset.live).addEventListener('message', ({ data }) => {
    part.innerHTML = data;
  });
}
