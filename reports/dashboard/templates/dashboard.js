
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

// Begins a run on the server, or stops it, for whoever knows the token.
for (const form of document.querySelectorAll('form[data-order]')) {
  const output = form.querySelector('output');
  const words = (name) => form.elements[name].value.split(/[\s,]+/).filter(Boolean);
  const ask = async (what, body) => {
    const headers = { Authorization: `Bearer ${form.elements.token.value}`, 'Content-Type': 'application/json' };
    try {
      const answer = await fetch(`${form.dataset.order}/${what}`, { method: 'POST', headers, body });
      const said = await answer.json();
      output.textContent = answer.ok ? { begin: 'It is begun.', stop: 'It is told to stop.' }[what] : said.error;
    } catch (error) {
      output.textContent = `The server does not answer: ${error.message}`;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const order = { guests: words('guests'), workloads: words('workloads'), pollables: words('pollables').map(Number) };
    if (form.elements.seconds.value) order.seconds = Number(form.elements.seconds.value);
    ask('begin', JSON.stringify(order));
  });
  form.querySelector('[data-stop]').addEventListener('click', () => ask('stop'));
}
