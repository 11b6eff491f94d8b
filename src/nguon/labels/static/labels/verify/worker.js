// Keeps the page that checks stamps for times without network. `RELEASE` is written before this
// text by the server: { version, home, pages: {vi, en}, files: [...], keys }.
// The page comes from the network first, for at most three seconds; files of its own version from
// the cache first; the list of keys from the network first, and is kept across versions.

const CACHE = "nguon-verify-" + RELEASE.version;
const KEPT = "nguon-verify-kept";
const WAIT_MS = 3000;

self.addEventListener("install", (event) => event.waitUntil(fillCache().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === RELEASE.keys) event.respondWith(answerKeys(event.request));
  else if (event.request.mode === "navigate" && url.pathname === RELEASE.home) event.respondWith(answerPage(event.request, url));
  else if (RELEASE.files.includes(url.pathname + url.search)) event.respondWith(answerFile(event.request));
});

async function fillCache() {
  const cache = await caches.open(CACHE);
  const wanted = [...RELEASE.files, ...Object.values(RELEASE.pages)];
  // Without cookies: asking for a language must not change the one that somebody chose.
  await cache.addAll(wanted.map((url) => new Request(url, { credentials: "omit", cache: "reload" })));
  await answerKeys(new Request(RELEASE.keys, { credentials: "omit", cache: "reload" })).catch(() => {});
}

// Pages that are open are told the version, so that an older one can offer to load again.
async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("nguon-verify-") && name !== CACHE && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
  for (const page of await self.clients.matchAll()) page.postMessage(RELEASE.version);
}

async function answerFile(request) {
  return (await find(CACHE, request)) || fetch(request);
}

async function answerKeys(request) {
  const response = await soon(request);
  if (response) {
    await (await caches.open(KEPT)).put(RELEASE.keys, response.clone());
    return response;
  }
  return (await find(KEPT, RELEASE.keys)) || Response.error();
}

async function answerPage(request, url) {
  const kept = await caches.open(KEPT);
  const response = await soon(request);
  const chosen = response ? response.headers.get("Content-Language") : url.searchParams.get("lang");
  if (chosen in RELEASE.pages) await kept.put("/language", new Response(chosen));
  if (response) return response;
  const before = await kept.match("/language");
  const language = chosen in RELEASE.pages ? chosen : before ? await before.text() : "vi";
  return (await find(CACHE, RELEASE.pages[language])) || Response.error();
}

const find = async (name, request) => (await caches.open(name)).match(request, { ignoreVary: true });

// The network's answer, when it comes soon and is a good one; else nothing.
async function soon(request) {
  const late = new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  const response = await Promise.race([fetch(request).catch(() => null), late]);
  return response && response.ok ? response : null;
}
