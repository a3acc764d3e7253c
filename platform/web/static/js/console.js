// Keys and swaps of the console. Everything here is also a link or a form: without this file each click is a page.
const main = document.querySelector("main.desk");
const sheet = document.getElementById("keys");
const links = () => [...document.querySelectorAll(".queue .to")];
const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

function step(by) {
  const all = links();
  if (!all.length) return;
  const at = all.findIndex((link) => link === document.activeElement);
  const open = all.findIndex((link) => link.closest("tr").classList.contains("open"));
  const from = at >= 0 ? at : open;
  const next = all[Math.min(Math.max(from + by, 0), all.length - 1)];
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => {
    const box = document.getElementById("find");
    main.classList.contains("open") && matchMedia("(max-width: 899px)").matches ? location.assign("/staff") : box.select();
    box.focus();
  },
  "?": () => sheet.showModal(),
  x: () => (document.activeElement.closest("tr") ?? document.querySelector(".queue tr.open"))?.querySelector("input.one")?.click(),
  n: () => document.querySelector(".pages [rel=next]")?.click(),
  b: () => document.querySelector(".pages [rel=first]")?.click(),
  f: () => {
    const filters = document.querySelector("details.filters");
    filters.open = true;
    filters.querySelector("select")?.focus();
  },
  m: () => document.querySelector(".listpane [href^='/staff/map']")?.click(),
  s: () => document.querySelector("#detail .moves .btn")?.focus(),
  r: () => document.getElementById("remark")?.focus(),
  w: () => document.querySelector("#detail form[action*='/watching'] button")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || sheet.open) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Of tabs that don't all fit, the chosen one is seen.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const help = document.getElementById("show-keys");
if (help) {
  help.hidden = false;
  help.addEventListener("click", () => sheet.showModal());
}

// After a swap: mark the open row, say so, and on a phone go to the top of what has opened.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "detail" && event.detail.elt?.id !== "detail") return;
  const detail = document.getElementById("detail");
  const id = location.pathname.split("/")[3];
  main.classList.add("open");
  for (const row of document.querySelectorAll(".queue tr[data-id]")) {
    const open = row.dataset.id === id;
    row.classList.toggle("open", open);
    open ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
  }
  detail.scrollTop = 0;
  const form = detail.querySelector(".moving");
  if (form) {
    form.querySelector("select, textarea, input:not([type=hidden], [hidden]), .with-camera:not([hidden]) [data-open]")?.focus();
  } else if (matchMedia("(max-width: 899px)").matches) {
    window.scrollTo(0, 0);
    detail.querySelector("#title").focus();
  } else {
    const said = document.getElementById("opened");
    said.textContent = `${said.dataset.opened} ${detail.querySelector("#title").textContent}`;
  }
});

// A step can be taken back for a minute: the seconds count down, and at the end the button goes.
function countDown(form) {
  const ends = Date.now() + Number(form.dataset.undo) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left > 0 && form.isConnected) {
      form.querySelector("[data-left]").textContent = left;
      return;
    }
    clearInterval(timer);
    form.remove();
  }, 1000);
}

function countAllDown() {
  for (const form of document.querySelectorAll("form[data-undo]:not([data-counted])")) {
    form.dataset.counted = "";
    countDown(form);
  }
}

countAllDown();
document.addEventListener("htmx:afterSettle", countAllDown);

// What can't be loaded beside the list is opened as a page of its own, which says why.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => location.assign(event.detail.requestConfig.path));
}
