// Texts of a flame graph which are wider than their frames, or frames out of the drawing.
() => {
  const problems = [];
  for (const surface of document.querySelectorAll('.frames')) {
    const place = surface.getBoundingClientRect();
    for (const group of surface.querySelectorAll('g')) {
      if (group.style.display === 'none') continue;
      const [rect, text] = ['rect', 'text'].map((it) => group.querySelector(it));
      const frame = rect.getBoundingClientRect();
      const name = text.textContent;
      if (frame.left < place.left - 1 || frame.right > place.right + 1 || frame.bottom > place.bottom + 1) {
        problems.push([name, 'out of the drawing']);
      }
      // Letters that the font lacks are of other widths.
      const isPlain = /^[ -~\u00a0…]*$/.test(name);
      if (name && isPlain && text.getBoundingClientRect().right > frame.right + 1) problems.push([name, 'wider than its frame']);
    }
  }
  return problems;
}
