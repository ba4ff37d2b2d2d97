// For each request it fetches twenty pages at a time from a server whose port the query names.
const PAGES = 20;

async function answer(request) {
  const port = new URL(request.url).searchParams.get("port");
  const pages = Array.from({ length: PAGES }, async (_, number) => {
    const page = await fetch(`http://127.0.0.1:${port}/${number}`);
    return page.text();
  });
  const texts = await Promise.all(pages);
  return new Response(`${texts.length} pages, ${texts.join("").length} letters\n`);
}

addEventListener("fetch", (event) => event.respondWith(answer(event.request)));
