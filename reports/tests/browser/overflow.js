// What makes the page wider than its window.
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const contained = (element) => element.closest('.scroll, pre, .skip, .visually-hidden');
  const wide = [...document.body.querySelectorAll('*')].filter((element) =>
    !contained(element) && element.getBoundingClientRect().right > width + 0.5);
  return [document.documentElement.scrollWidth, ...wide.map((it) => it.outerHTML.slice(0, 120))];
}
