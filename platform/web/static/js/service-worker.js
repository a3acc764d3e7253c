// The one service worker of a host. Without a connection it answers for the console with the page that the phone keeps,
// and for residents with the form of a report; once there is one, it sends what was done and reported meanwhile.

importScripts("/static/js/keeping.js");
importScripts("/static/js/notified.js");
importScripts("/static/js/waiting.js");

const DAY = "day-1";
const PAGE = "/staff/kept";
const FRESH_MS = 5 * 60_000;
const FORM = "form-1";
const REPORT = "/report";
const STARTS = new Set(["/", REPORT]);
// What ends a sign-in here, or begins another's.
const LEAVING = /^\/(sign-out$|sign-in(\/|$)|provider\/return$|account\/erasure$|(entry|welcome|invitation)\/[^/]+$)/;
const PART = /^\/(static\/|theme\.css|outline\.json|staff\/complaints\/[0-9a-f-]+\/photos\/)/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && LEAVING.test(url.pathname)) event.waitUntil(forgetWhoItWas());
  if (request.method !== "GET") return;
  const console_ = url.pathname === "/staff" || url.pathname.startsWith("/staff/");
  if (request.mode === "navigate" && console_) event.respondWith(fetch(request).catch(keptPage));
  else if (request.mode === "navigate" && STARTS.has(url.pathname)) event.respondWith(fetch(request).catch(keptForm));
  else if (PART.test(url.pathname)) event.respondWith(fetch(request).catch(() => keptPart(request)));
});

// The day's list, and the form, whose head names who was signed in when it was kept. What is being fetched for somebody
// who leaves meanwhile isn't kept either.
let leavings = 0;
function forgetWhoItWas() {
  leavings += 1;
  formAt = 0;
  keptAt = 0;
  return Promise.all([caches.delete(DAY), caches.delete(FORM)]);
}

async function keptPage() {
  return (await caches.match(PAGE, { cacheName: DAY })) ?? Response.error();
}

async function keptPart(request) {
  return (await caches.match(request, { cacheName: DAY })) ?? (await caches.match(request, { cacheName: FORM })) ?? Response.error();
}

// The form as it was kept, with a key of its own each time: two reports are two.
async function keptForm() {
  const kept = await caches.match(REPORT, { cacheName: FORM });
  if (!kept) return Response.error();
  const html = (await kept.text()).replace(/name="draft" value="[0-9a-f]*"/, `name="draft" value="${self.waiting.newKey()}"`);
  return new Response(html, { headers: kept.headers });
}

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepDay());
  if (event.data === "flush") event.waitUntil(flush());
  if (event.data === "keep-form") event.waitUntil(keepForm());
});

self.addEventListener("sync", (event) => {
  if (event.tag === "kept-moves") event.waitUntil(flush());
  if (event.tag === "kept-reports") event.waitUntil(sendReports());
});

async function sendReports() {
  const left = await self.waiting.flush();
  for (const client of await self.clients.matchAll()) client.postMessage("reports");
  if (left.some((one) => one.state === "waiting")) throw new Error("not sent yet"); // the browser tries again
}

let formAt = 0;

// Fetch the empty form and what it needs to be filled in, and forget what it needs no more.
async function keepForm() {
  if (Date.now() - formAt < FRESH_MS && (await caches.match(REPORT, { cacheName: FORM }))) return;
  const before = leavings;
  const answer = await fetch(REPORT, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok || leavings !== before) return;
  const html = await answer.clone().text();
  const parts = new Set(["/outline.json"]);
  for (const [, written] of html.matchAll(/(?:src|href|data-module|data-leaflet)="([^"#]+)/g)) {
    if (PART.test(written)) parts.add(written.replaceAll("&amp;", "&"));
  }
  const form = await caches.open(FORM);
  await Promise.all([...parts].map(async (part) => {
    if (!(await form.match(part))) await form.add(part).catch(() => null);
  }));
  await form.put(REPORT, answer);
  if (leavings !== before) {
    await caches.delete(FORM);
    return;
  }
  for (const kept of await form.keys()) {
    const path = new URL(kept.url).pathname + new URL(kept.url).search;
    if (!parts.has(path) && path !== REPORT) await form.delete(kept);
  }
  formAt = Date.now();
}

async function flush() {
  const told = await self.keeping.flush();
  if (told.arrived.length) await keepDay(true);
  for (const client of await self.clients.matchAll()) client.postMessage(told);
}

let keptAt = 0;

// Fetch the day's list and all that it shows, and forget what it shows no more.
async function keepDay(now = false) {
  if (!now && Date.now() - keptAt < FRESH_MS && (await caches.match(PAGE, { cacheName: DAY }))) return;
  const before = leavings;
  let answer;
  try {
    answer = await fetch(PAGE, { redirect: "manual" });
  } catch {
    return; // no connection: what is kept stays
  }
  if (!answer.ok || leavings !== before) {
    await caches.delete(DAY); // signed out, or no official any more
    return;
  }
  const day = await caches.open(DAY);
  const html = await answer.clone().text();
  const parts = new Set();
  for (const [, written] of html.matchAll(/(?:src|href)="([^"#]+)/g)) {
    const address = written.replaceAll("&amp;", "&");
    if (PART.test(address)) parts.add(new URL(address, self.location.origin).href);
  }
  await Promise.all([...parts].map(async (part) => {
    if (!(await day.match(part))) await day.add(part).catch(() => null);
  }));
  await day.put(PAGE, answer);
  if (leavings !== before) {
    await caches.delete(DAY);
    return;
  }
  for (const kept of await day.keys()) {
    if (!parts.has(kept.url) && new URL(kept.url).pathname !== PAGE) await day.delete(kept);
  }
  keptAt = Date.now();
}
