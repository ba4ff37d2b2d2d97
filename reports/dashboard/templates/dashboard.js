
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

// A chart of runs: whoever drags over some of them gets a page with these alone.
for (const drawing of document.querySelectorAll('[data-zoom]')) {
  const selected = Object.assign(document.createElement('div'), { className: 'selected-runs', hidden: true });
  drawing.append(selected);
  drawing.closest('figure').classList.add('scripts');
  const runs = (from, to) => [...drawing.querySelectorAll('a[href^="/runs/"]')]
    .map((link) => ({ id: Number(link.getAttribute('href').split('/')[2]), box: link.getBoundingClientRect() }))
    .map(({ id, box }) => ({ id, x: box.x + box.width / 2, width: box.width }))
    .filter(({ x, width }) => width > 0 && x >= from && x <= to)
    .sort((a, b) => a.x - b.x);
  let start = null;
  const ends = ({ clientX }) => [Math.min(start, clientX), Math.max(start, clientX)];
  drawing.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    start = event.clientX;
    selected.hidden = true;
  });
  // A touch that scrolls the page is none.
  window.addEventListener('pointercancel', () => {
    start = null;
    selected.hidden = true;
  });
  drawing.addEventListener('pointermove', (event) => {
    if (start === null) return;
    const [from, to] = ends(event);
    const { x } = drawing.getBoundingClientRect();
    selected.hidden = to - from < 6;
    selected.style.left = `${from - x}px`;
    selected.style.width = `${to - from}px`;
  });
  // A link that is dragged would be taken elsewhere.
  drawing.addEventListener('dragstart', (event) => event.preventDefault());
  window.addEventListener('pointerup', (event) => {
    if (start === null) return;
    const within = selected.hidden ? [] : runs(...ends(event));
    start = null;
    selected.hidden = true;
    if (within.length < 2) return;
    // The link at which the pointer is let go is not meant.
    window.addEventListener('click', (click) => click.preventDefault(), { capture: true, once: true });
    const url = new URL(location);
    url.searchParams.set('from', within[0].id);
    url.searchParams.set('to', within.at(-1).id);
    location.assign(url);
  });
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
