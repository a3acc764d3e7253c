// What is being written stays in this phone, so that neither a closed page nor a day without time loses it: for a week,
// words and place; the photos wait on the server for as long as it keeps them. Sent or thrown away, nothing is kept.

const form = document.querySelector("[data-report]");
const offer = document.querySelector("[data-draft-offer]");
const KEY = "report-draft";
const LASTS_MS = 7 * 24 * 3_600_000;
const TYPED = ["spot", "area", "place", "category", "description", "contact", "name", "lon"];
const LEFT_OUT = new Set(["shown_tenant", "asked", "offered", "proof", "go", "q"]); // of the moment, and asked for anew

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept && Date.now() - kept.at < LASTS_MS) return kept;
  } catch {
    return null; // a browser that keeps nothing
  }
  forget();
  return null;
}

function write(kept) {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // full, or a browser that keeps nothing
  }
}

function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // a browser that keeps nothing
  }
}

function keep(more = {}) {
  const data = new FormData(form);
  const fields = [...data].filter(([name, value]) => typeof value === "string" && value && !LEFT_OUT.has(name));
  if (fields.some(([name]) => TYPED.includes(name)) || Number(data.get("photo_count"))) {
    write({ id: data.get("draft"), at: Date.now(), fields, ...more });
  }
}

// Put what was kept back into the fields that are there now.
function fill(fields) {
  const kept = new Map(fields.map(([name]) => [name, fields.filter(([one]) => one === name).map(([, value]) => value)]));
  for (const one of form.elements) {
    const values = kept.get(one.name);
    if (!one.name || LEFT_OUT.has(one.name) || one.type === "file" || one.type === "submit") continue;
    if (one.type === "radio" || one.type === "checkbox") {
      if (values) one.checked = values.includes(one.value);
    } else if (values) one.value = values[0];
  }
  const source = form.elements.namedItem("source");
  if (kept.has("lon")) source.value = kept.has("accuracy_m") ? "gps" : "map"; // said anew, should the server have forgotten
}

// Whether the report has gone already, though this phone was never told.
async function gone(kept) {
  if (!kept.sent) return false;
  const answer = await fetch(`/report?draft=${kept.id}`, { redirect: "manual" }).catch(() => null);
  return answer?.type === "opaqueredirect";
}

async function offered() {
  const kept = read();
  if (!kept || new URLSearchParams(location.search).has("draft") || form.elements.namedItem("draft").value === kept.id) return;
  if (await gone(kept)) return forget();
  const value = (name) => kept.fields.find(([one]) => one === name)?.[1] ?? "";
  const words = value("description") || value("place") || value("spot");
  offer.querySelector("[data-words]").textContent = words.length > 80 ? `${words.slice(0, 80)}…` : words;
  offer.hidden = false;
  offer.querySelector("[data-take-up]").addEventListener("click", () => {
    offer.hidden = true;
    fill(kept.fields);
    form.dispatchEvent(new CustomEvent("taken-up", { detail: { fill: () => fill(kept.fields) } }));
  });
  offer.querySelector("[data-throw-away]").addEventListener("click", () => {
    offer.hidden = true;
    forget();
    form.querySelector("section.now, section").focus();
  });
}

let soon;
for (const kind of ["input", "change", "point"]) {
  form.addEventListener(kind, () => {
    if (!offer.hidden) offer.hidden = true; // another report was begun
    clearTimeout(soon);
    soon = setTimeout(keep, 400);
  });
}
addEventListener("pagehide", () => { if (soon && form.isConnected) keep(); });
form.addEventListener("submit", (event) => {
  clearTimeout(soon);
  soon = null;
  if (event.submitter?.value === "send") keep({ sent: true });
});
addEventListener("report-kept", forget); // it waits for a connection, whole
offered();
