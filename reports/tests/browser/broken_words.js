// Short names and buttons which are broken into several lines.
() => {
  const problems = [];
  for (const element of document.querySelectorAll('.heatmap th > span, .figures tbody th, button, dt')) {
    if (element.textContent.length > 11 || /[ -]/.test(element.textContent)) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.bottom)));
    if (lines.size > 1) problems.push([element.textContent, lines.size]);
  }
  return problems;
}
