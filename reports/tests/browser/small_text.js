// Texts of a chart which come out less than 9 pixels high.
() => {
  const problems = [];
  for (const svg of document.querySelectorAll('svg')) {
    if (!svg.getClientRects().length) continue;
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    for (const text of svg.querySelectorAll('text')) {
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      if (size < 9 || text.getBoundingClientRect().height < 9) problems.push([text.textContent, size]);
    }
  }
  return problems;
}
