// Texts on a coloured ground whose contrast (WCAG 2.2) is under 4.5.
() => {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [r, g, b] = rgba(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const color = getComputedStyle(it).backgroundColor;
      if (rgba(color)[3] === 255) return color;
    }
    return 'Canvas';
  };
  const problems = [];
  const texts = '.heatmap td b, .heatmap td small, .heatmap th, .swatch, .muted, .sentence, .banner, nav a, .answer h3, .answer p';
  for (const element of document.querySelectorAll(texts)) {
    const one = luminance(getComputedStyle(element).color) + 0.05;
    const other = luminance(ground(element)) + 0.05;
    const contrast = Math.max(one, other) / Math.min(one, other);
    if (contrast < 4.5) problems.push([element.textContent, element.parentElement.className, contrast]);
  }
  return problems;
}
