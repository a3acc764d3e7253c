// A complaint's page: its map, and the secret link remembered on this device.

const page = document.querySelector("[data-reference]");
const KEY = `report/${page.dataset.reference}`;

function remembered() {
  try {
    if (page.dataset.own) localStorage.setItem(KEY, page.dataset.own);
    if (page.dataset.own && new URLSearchParams(location.search).has("sent")) localStorage.removeItem("report-draft");
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing
  }
}

const own = remembered();
const mine = document.querySelector("[data-mine]");
if (mine && own?.startsWith(`/complaints/${page.dataset.reference}/manage/`)) {
  mine.querySelector("[data-mine-link]").href = own;
  mine.hidden = false;
}

for (const input of document.querySelectorAll("input[type=file][data-module]")) {
  input.addEventListener("change", async () => (await import(input.dataset.module)).shrink(input));
}

const box = document.querySelector("[data-place]");
if (box) {
  box.hidden = false;
  const { place } = await import(box.dataset.module);
  await place(box);
}
