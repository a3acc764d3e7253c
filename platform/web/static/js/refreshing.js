// Keeps the list true while it is looked at. What has changed is marked where it stands; nothing comes, goes or moves
// by itself, so that nobody loses their place. Without this file the list is as true as when the page was opened.
const EVERY_MS = 20_000;
const pane = document.querySelector(".listpane[data-changes]");
let tag = null;
let timer;

async function look() {
  clearTimeout(timer);
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(pane.dataset.changes, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 200 && answer.headers.get("Content-Type")?.startsWith("application/json")) {
        tag = answer.headers.get("ETag");
        show(await answer.json());
      }
    } catch {
      // No connection: the list stays as it is, and the next look comes anyway.
    }
  }
  timer = setTimeout(look, EVERY_MS);
}

function show(found) {
  for (const tab of pane.querySelectorAll(".tabs [data-tab]")) count(tab, found.tabs[tab.dataset.tab] ?? "");
  const here = new Set();
  for (const row of pane.querySelectorAll("tr[data-id]")) {
    here.add(row.dataset.id);
    const now = found.rows[row.dataset.id];
    if (!now) mark(row, pane.dataset.gone, "gone");
    else if (String(now.version) !== row.dataset.version) change(row, now);
  }
  const fresh = Object.keys(found.rows).filter((id) => !here.has(id)).length;
  const news = pane.querySelector("[data-news]");
  news.hidden = !fresh;
  if (fresh) news.querySelector("a").textContent = pane.dataset.fresh.replace("{count}", fresh);
}

function count(tab, words) {
  const shown = tab.querySelector("b, .tag");
  if (shown) shown.textContent = words;
  else if (words) tab.append(Object.assign(document.createElement("b"), { textContent: words }));
}

// The markup of the two cells is the server's own, the same that the page was made of.
function change(row, now) {
  row.dataset.version = now.version;
  row.querySelector(".standing").innerHTML = now.standing;
  row.querySelector(".due").innerHTML = now.due;
  row.querySelector(".due").classList.toggle("soon", now.soon);
  const who = row.querySelector(".who");
  who.textContent = now.who;
  who.classList.toggle("none", !now.held);
  const box = row.querySelector("input.one");
  if (box) box.value = `${row.dataset.id}~${now.version}`;
  row.classList.remove("gone");
  mark(row, pane.dataset.changed, "changed");
}

function mark(row, words, kind) {
  row.classList.add(kind);
  let said = row.querySelector(".fresh");
  if (!said) {
    said = Object.assign(document.createElement("span"), { className: "fresh" });
    said.append(Object.assign(document.createElement("span"), { className: "hide" }));
    row.querySelector(".cat").prepend(said);
  }
  said.title = words;
  said.firstChild.textContent = `${words}: `;
}

if (pane) {
  document.addEventListener("visibilitychange", look);
  timer = setTimeout(look, EVERY_MS);
}
