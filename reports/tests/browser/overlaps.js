// Texts of a chart which overlap each other or reach out of their drawing, and parts
// of a card which overlap.
() => {
  const visible = [...document.querySelectorAll('svg')].filter((svg) => svg.getClientRects().length);
  const problems = [];
  for (const svg of visible) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map((text) => [
      text.textContent.trim(),
      text.getBoundingClientRect(),
    ]);
    texts.forEach(([name, box], index) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
          box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        problems.push([svg.ariaLabel, name, 'out of the drawing']);
      }
      for (const [other, place] of texts.slice(index + 1)) {
        const across = Math.min(box.right, place.right) - Math.max(box.left, place.left);
        const down = Math.min(box.bottom, place.bottom) - Math.max(box.top, place.top);
        if (across > 0.5 && down > 0.5) problems.push([svg.ariaLabel, name, other]);
      }
    });
  }
  for (const card of document.querySelectorAll('.card')) {
    const parts = [...card.children].map((part) => part.getBoundingClientRect());
    parts.slice(1).forEach((part, index) => {
      if (part.top < parts[index].bottom - 1) problems.push([card.innerText.slice(0, 40), index]);
    });
  }
  if (!visible.length) problems.push('no chart is visible');
  return problems;
}
