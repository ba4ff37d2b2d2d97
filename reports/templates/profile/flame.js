
// Flame graphs: frames as inferno draws them, fitted to the page, zoomed and searched here.
document.querySelectorAll('.flame').forEach((box) => new Flame(box));

function Flame(box) {
  const surface = box.querySelector('.frames');
  const svg = surface.querySelector('svg');
  const output = box.querySelector('output');
  const input = box.querySelector('input');
  const total = Number(svg.dataset.total);
  const frames = [...svg.querySelectorAll('g')].map(frameOf);
  const root = frames.find((it) => it.width === total) ?? frames[0];
  let shown = root;
  let selected = root;
  surface.classList.add('fluid');
  box.classList.add('scripts');
  const letter = widthOfLetter(frames[0].text);
  findParents(frames);

  // Places all frames so that the shown one is as wide as the drawing.
  function draw() {
    const pixels = svg.getBoundingClientRect().width;
    for (const it of frames) {
      const isAbove = it.depth < shown.depth && it.from <= shown.from && it.from + it.width >= shown.from + shown.width;
      const isIn = it.depth >= shown.depth && it.from >= shown.from && it.from + it.width <= shown.from + shown.width;
      it.group.style.display = isAbove || isIn ? '' : 'none';
      if (!isAbove && !isIn) continue;
      const part = isAbove ? 1 : it.width / shown.width;
      const left = isAbove ? 0 : (it.from - shown.from) / shown.width;
      it.rect.setAttribute('x', `${100 * left}%`);
      it.rect.setAttribute('width', `${100 * part}%`);
      it.text.setAttribute('x', `${100 * left + 300 / pixels}%`);
      const room = Math.floor((part * pixels - 6) / letter);
      it.text.textContent = room < 3 ? '' : it.name.length <= room ? it.name : `${it.name.slice(0, room - 1)}…`;
      it.group.classList.toggle('above', isAbove);
    }
    box.querySelector('[data-reset]').disabled = shown === root;
  }

  function zoom(frame) {
    shown = frame;
    draw();
    select(frame);
  }

  function select(frame) {
    selected.group.classList.remove('selected');
    selected = frame;
    selected.group.classList.add('selected');
    output.textContent = selected.title;
  }

  // Marks the frames whose names have the text, and tells what they cost together: a frame
  // below another that is marked is part of its cost.
  function search() {
    const wanted = plain(input.value);
    const found = wanted ? frames.filter((it) => plain(it.name).includes(wanted)) : [];
    frames.forEach((it) => it.group.classList.remove('found'));
    found.forEach((it) => it.group.classList.add('found'));
    const all = new Set(found);
    const isBelowAnother = (it) => it.parent && (all.has(it.parent) || isBelowAnother(it.parent));
    const outermost = found.filter((it) => !isBelowAnother(it));
    const cost = outermost.reduce((sum, it) => sum + it.width, 0);
    const part = `${(100 * cost / total).toFixed(1)} %`;
    if (wanted) output.textContent = `${found.length} ${found.length === 1 ? 'frame' : 'frames'} found, ${part} of the whole.`;
    else select(selected);
  }

  const isVisible = (it) => it.group.style.display !== 'none';
  const sibling = (direction) => frames
    .filter((it) => it.depth === selected.depth && isVisible(it) && (it.from - selected.from) * direction > 0)
    .sort((a, b) => (a.from - b.from) * direction)[0];
  const child = () => frames
    .filter((it) => it.parent === selected && isVisible(it))
    .sort((a, b) => b.width - a.width)[0];
  const keys = {
    ArrowUp: () => selected.parent && select(selected.parent),
    ArrowDown: () => child() && select(child()),
    ArrowLeft: () => sibling(-1) && select(sibling(-1)),
    ArrowRight: () => sibling(1) && select(sibling(1)),
    Enter: () => zoom(selected), ' ': () => zoom(selected),
    Escape: () => zoom(root), 0: () => zoom(root),
  };
  surface.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  const under = (event) => frames.find((it) => it.group === event.target.closest('g'));
  svg.addEventListener('click', (event) => under(event) && zoom(under(event)));
  svg.addEventListener('pointermove', (event) => { if (under(event)) output.textContent = under(event).title; });
  svg.addEventListener('pointerleave', () => { output.textContent = selected.title; });
  box.querySelector('[data-reset]').addEventListener('click', () => zoom(root));
  input.addEventListener('input', search);
  new ResizeObserver(draw).observe(surface);
  draw();
  select(root);
}

function frameOf(group) {
  const [rect, text] = [group.querySelector('rect'), group.querySelector('text')];
  const title = group.querySelector('title').textContent;
  const [from, width] = ['fg:x', 'fg:w'].map((it) => Number(rect.getAttribute(it)));
  const depth = Number(rect.getAttribute('y'));
  return { group, rect, text, title, from, width, depth, name: title.replace(/ \([^(]*\)$/, '') };
}

// The parent of a frame is the deepest above it that spans it.
function findParents(frames) {
  const path = [];
  for (const it of [...frames].sort((a, b) => a.from - b.from || a.depth - b.depth)) {
    while (path.length && (path.at(-1).depth >= it.depth || path.at(-1).from + path.at(-1).width <= it.from)) path.pop();
    it.parent = path.at(-1);
    path.push(it);
  }
}

// Names have no-break spaces, and Greek question marks for semicolons.
function plain(text) {
  return text.replaceAll('\u00a0', ' ').replaceAll('\u037e', ';').toLowerCase();
}

function widthOfLetter(text) {
  const before = text.textContent;
  text.textContent = 'M'.repeat(20);
  const width = text.getComputedTextLength() / 20;
  text.textContent = before;
  return width || 7.2;
}
