// Checks a stamp's signature without network. Every sentence stands in the page, hidden, and is
// filled in and shown. Parts are asked for by version, so that no two versions ever mix.

const version = new URL(import.meta.url).search;
const { canScan, scan } = await import("./camera.js" + version);
const { check } = await import("./check.js" + version);

const OLD_DAYS = 30;
const $ = (id) => document.getElementById(id);
const form = $("check");
const { keysUrl, workerUrl, home } = form.dataset;
let list = { keys: [], at: null };

const show = (node, shown = true) => node && (node.hidden = !shown);
const fill = (node, words) => {
  node.dataset.text ||= node.textContent;
  node.textContent = node.dataset.text.replace(/\{(\w+)\}/g, (_, name) => words[name] ?? "");
};

// The answer, and what was read.
async function answer(text) {
  // Sweden writes days in ISO 8601.
  const result = await check(text, list.keys, new Date().toLocaleDateString("sv"));
  const words = { issuer: result.issuer || "?", kid: result.kid || "", day: writeDay(result.day) };
  document.querySelectorAll("[data-status]").forEach((state) => {
    const chosen = state.dataset.status === result.status;
    if (chosen) state.querySelectorAll("[data-fill]").forEach((node) => fill(node, words));
    show(state, chosen);
  });
  tell(result, text);
  turn(true);
  $("code").value = text;
  $("online").href = "/?q=" + encodeURIComponent(result.coded ? result.coded.code : text.trim());
  scrollTo(0, 0);
}

function turn(answered) {
  show($("intro"), !answered);
  show($("answer"), answered);
  show($("told"), answered);
}

function tell({ coded, issuer, kid, status }, text) {
  const known = coded || { code: text.trim(), elements: [], covered: [], uncovered: [] };
  const values = new Map([...known.elements, ...known.covered]);
  if (!known.elements.length) values.set("code", known.code);
  if (issuer && status !== "wrong") values.set("issuer", issuer);
  if (kid) values.set("kid", kid);
  document.querySelectorAll("[data-fact]").forEach((row) => {
    const name = row.dataset.fact;
    const value = values.get(name) || "";
    show(row, values.has(name));
    row.querySelector("dd").textContent = /^1[1-7]$/.test(name) ? writeDate(value) : value;
  });
  show($("compare"), ["10", "11", "15", "17"].some((ai) => values.has(ai)));
  write($("more"), [...values].filter(([ai]) => !document.querySelector(`[data-fact="${ai}"]`)));
  write($("rest"), known.uncovered);
}

function write(row, elements) {
  show(row, elements.length > 0);
  row.querySelector("dd").textContent = elements.map(([ai, value]) => `(${ai}) ${value}`).join("  ");
}

const writeDay = (day) => (day ? day.split("-").reverse().join("/") : "");
const writeDate = (value) => (/^\d{6}$/.test(value) ? [value.slice(4), value.slice(2, 4), "20" + value.slice(0, 2)].filter((part) => part !== "00").join("/") : value);

// The keys, and how old they are.
async function readKeys() {
  try {
    const response = await fetch(keysUrl, { cache: "no-cache" });
    if (!response.ok) throw new Error(response.status);
    const found = await response.json();
    list = { keys: found.keys, at: new Date(response.headers.get("Date") || Date.now()) };
  } catch {
    // Neither network nor copy.
  }
  const age = list.at ? (Date.now() - list.at) / 86400000 : 0;
  const time = list.at ? list.at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) : "";
  const issuers = [...new Set(list.keys.map((key) => key.issuer))].join(", ");
  fill($("keys-known").querySelector("[data-fill]"), { count: list.keys.length, issuers, time });
  show($("keys-known"), list.keys.length > 0);
  show($("keys-old"), list.keys.length > 0 && age > OLD_DAYS);
  show($("keys-none"), !list.keys.length);
}

// Keeps the page for later.
async function keepPage() {
  if (!("serviceWorker" in navigator)) return show($("kept-not"));
  navigator.serviceWorker.onmessage = ({ data }) => show($("renewed"), version !== "?v=" + data);
  try {
    await navigator.serviceWorker.register(workerUrl, { scope: home });
    await navigator.serviceWorker.ready;
    show($("kept"));
  } catch {
    show($("kept-not"), navigator.onLine);
  }
}

function tellNetwork() {
  show($("offline"), !navigator.onLine);
  readKeys();
}

function submit(event) {
  event.preventDefault();
  const field = $("code");
  const empty = !field.value.trim();
  field.setAttribute("aria-invalid", empty);
  show($("code-empty"), empty);
  if (empty) field.focus();
  else answer(field.value);
}

let stop = null;
async function useCamera() {
  if (stop) return stop.abort();
  stop = new AbortController();
  show($("camera-failed"), false);
  show($("viewer"));
  show($("camera-stop"));
  try {
    const code = await scan($("viewer"), stop.signal);
    if (code) await answer(code);
  } catch {
    show($("camera-failed"));
  }
  stop = null;
  show($("viewer"), false);
  show($("camera-stop"), false);
}

form.addEventListener("submit", submit);
$("again").addEventListener("click", () => {
  $("code").value = "";
  turn(false);
  $("code").focus();
});
$("camera").addEventListener("click", useCamera);
$("camera-stop").addEventListener("click", useCamera);
$("renewed-load").addEventListener("click", () => location.reload());
addEventListener("online", tellNetwork);
addEventListener("offline", tellNetwork);

show($("no-script"), false);
show($("basis"));
show(form);
canScan().then((can) => {
  show($(can ? "camera" : "camera-not"));
  $("submit").classList.toggle("btn-main", !can);
});
keepPage();
tellNetwork();
