// The report's form, better with a script: steps change in the page, photos are sent while one goes on filling in, and
// what depends on the place is asked for again. All of it works by plain posts too.

const form = document.querySelector("[data-report]");
const said = document.querySelector("[data-said]");
const phone = matchMedia("(max-width: 899px)");
const field = (name) => form.elements.namedItem(name);
const LAST = 5;
let map = null;
let kept = false;
let sending = false;
let alone = false; // without a connection, by the last try
const unsent = []; // photos that the server hasn't got: [name, file]

// --- asking the server again

let running = null;
let again = false;

// Keep what is typed and bring the parts of the page up to date. Answers what the server said, or null without a connection.
async function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = ask();
  const answer = await running;
  running = null;
  if (again) {
    again = false;
    return refresh();
  }
  return answer;
}

async function ask(files = null, progress = null) {
  const data = new FormData(form);
  for (const name of ["camera", "gallery"]) data.delete(name);
  for (const [name, file] of unsent) data.append(name, file);
  if (files) for (const file of files.list) data.append(files.name, file);
  const source = data.get("source") + data.get("lon") + data.get("lat");
  const answer = await post(data, progress);
  alone = !answer;
  if (!answer || answer.tooLarge) return answer;
  unsent.length = 0;
  if (answer.filed) {
    location.replace(answer.filed);
    return answer;
  }
  kept = true;
  const now = field("source").value + field("lon").value + field("lat").value;
  if (source === now) field("source").value = "";
  field("shown_tenant").value = answer.shown_tenant;
  field("photo_count").value = answer.photo_count;
  field("asked").value = answer.asked;
  if (answer.area && field("area").value !== answer.area) field("area").value = answer.area;
  for (const [name, html] of Object.entries(answer.parts)) put(name, html);
  const all = form.querySelector("[data-all]");
  if (form.querySelector("[data-found] input") && all.open && q.value) all.open = all.contains(document.activeElement);
  if (answer.point && source === now && (String(answer.point.lon) !== field("lon").value || String(answer.point.lat) !== field("lat").value)) {
    field("lon").value = answer.point.lon;
    field("lat").value = answer.point.lat;
    field("accuracy_m").value = answer.point.accuracy_m ?? "";
    map?.show(answer.point.lon, answer.point.lat, answer.point.accuracy_m);
  }
  return answer;
}

function post(data, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/report/preview");
    if (progress) request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress(event.loaded / event.total); });
    request.addEventListener("load", () => {
      try {
        if (request.status === 413) resolve({ tooLarge: true, faults: { photos: form.dataset.tooLarge } });
        else resolve(request.status === 200 ? JSON.parse(request.responseText) : null);
      } catch {
        resolve(null);
      }
    });
    for (const event of ["error", "abort", "timeout"]) request.addEventListener(event, () => resolve(null));
    request.send(data);
  });
}

const pictures = new Map();
const drawn = new Map();

function put(name, html) {
  for (const [index, box] of document.querySelectorAll(`[data-part="${name}"]`).entries()) {
    const key = `${name}${index}`;
    const busy = document.activeElement;
    if (drawn.get(key) === html || (box.contains(busy) && busy.matches("input.in, textarea"))) continue;
    drawn.set(key, html);
    const made = document.createElement("template");
    made.innerHTML = html;
    for (const image of made.content.querySelectorAll("img[data-size]")) {
      const own = pictures.get(image.dataset.size);
      if (own) image.src = own;
    }
    const back = box.contains(busy) && busy.id ? busy.id : null;
    keepTyped(box, made.content);
    box.replaceChildren(made.content);
    if (back) document.getElementById(back)?.focus();
  }
}

// What was chosen while the answer was under way is newer than the answer.
function keepTyped(from, to) {
  for (const old of from.querySelectorAll("input[name]:not([type=hidden]), select[name]")) {
    const same = [...to.querySelectorAll(`[name="${CSS.escape(old.name)}"]`)].find((one) => one.type === old.type && (!/radio|checkbox/.test(old.type) || one.value === old.value));
    if (!same) continue;
    if (/radio|checkbox/.test(old.type)) same.checked = old.checked;
    else same.value = old.value;
  }
}

let soon;
function later(milliseconds) {
  clearTimeout(soon);
  soon = setTimeout(refresh, milliseconds);
}

form.addEventListener("change", (event) => {
  if (event.target.matches("[data-photo], #q")) return;
  later(150);
});
form.addEventListener("input", (event) => {
  if (event.target.matches("#description, #place, #contact, #name, input[data-asks]")) later(1500);
});

// --- photos

for (const input of form.querySelectorAll("[data-photo]")) {
  input.classList.add("hide");
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    const list = await smaller(input);
    for (const file of list) if (/^image\/(jpeg|png|webp)$/.test(file.type)) pictures.set(String(file.size), URL.createObjectURL(file));
    const words = input.closest("label").querySelector("span");
    const before = words.textContent;
    const progress = (part) => { words.textContent = form.dataset.uploading.replace("{part}", `${Math.round(part * 100)}%`); };
    progress(0);
    while (running) await running;
    running = ask({ name: input.name, list }, progress);
    const answer = await running;
    running = null;
    words.textContent = before;
    if (!answer) {
      for (const file of list) hold(input.name, file);
      input.value = "";
      tell(form.dataset.goesOn);
      return;
    }
    input.value = "";
    const wrong = document.getElementById("photos-error") ?? oops(input);
    wrong.textContent = answer.faults.photos ?? "";
    if (answer.faults.photos) tell(answer.faults.photos);
  });
}

// The chosen photos, made smaller where the phone can do it.
async function smaller(input) {
  try {
    const { shrink } = await import(input.closest("[data-module]").dataset.module);
    return await shrink(input);
  } catch {
    return [...input.files]; // without a connection, before the form was kept
  }
}

// A photo that waits for a connection, shown as what it is.
function hold(name, file) {
  unsent.push([name, file]);
  const figure = document.createElement("figure");
  figure.className = "shot";
  const frame = document.createElement("span");
  frame.className = "photo";
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = form.dataset.held;
  frame.append(image);
  const words = document.createElement("figcaption");
  words.className = "small soft";
  words.textContent = form.dataset.held;
  figure.append(frame, words);
  form.querySelector("[data-part=shots]").append(figure);
}

function oops(input) {
  const line = document.createElement("span");
  line.className = "oops";
  line.id = "photos-error";
  input.closest(".takers").after(line);
  return line;
}

// --- the place

function point(lon, lat, accuracy, source) {
  field("lon").value = lon;
  field("lat").value = lat;
  field("accuracy_m").value = accuracy ?? "";
  field("source").value = source;
  form.dispatchEvent(new Event("point"));
  later(300);
}

function position(quiet) {
  if (!quiet) tell(form.dataset.locating);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const accuracy = Math.max(1, Math.round(coords.accuracy));
      point(Number(coords.longitude.toFixed(6)), Number(coords.latitude.toFixed(6)), accuracy, "gps");
      map?.show(coords.longitude, coords.latitude, accuracy);
    },
    () => { if (!quiet) tell(form.dataset.nowhere); },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

if (navigator.geolocation) {
  const line = form.querySelector("[data-locate]");
  line.hidden = false;
  line.querySelector("button").addEventListener("click", () => position(false));
}

let asking = false;
async function arrivedAtPlace() {
  if (!asking && !field("lon").value && navigator.permissions && navigator.geolocation) {
    asking = true;
    const allowed = await navigator.permissions.query({ name: "geolocation" }).catch(() => null);
    if (allowed?.state === "granted") position(true);
  }
  const box = form.querySelector("[data-steer]");
  if (!box) return;
  if (map) {
    map.grown();
    return;
  }
  box.hidden = false;
  const { steer } = await import(box.dataset.module);
  map = await steer(box, (lon, lat) => point(lon, lat, null, "map"));
  if (field("lon").value) map.show(Number(field("lon").value), Number(field("lat").value), Number(field("accuracy_m").value) || null);
}

// --- the kind of problem, searched as one types

const q = document.getElementById("q");
q.addEventListener("input", () => {
  const wanted = q.value.toLocaleLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const all = form.querySelector("[data-all]");
  for (const group of all.querySelectorAll("[data-group]")) {
    let any = false;
    for (const choice of group.querySelectorAll("[data-words]")) {
      const fits = wanted.every((word) => choice.dataset.words.includes(word));
      choice.hidden = !fits;
      any ||= fits;
    }
    group.hidden = !any;
  }
  all.open = wanted.length > 0;
  later(500);
  form.querySelector(".tiles").hidden = wanted.length > 0;
});

// --- steps

function show(step) {
  for (let number = 1; number <= LAST; number++) document.getElementById(`step-${number}`).classList.toggle("now", number === step);
  field("step").value = step;
  if (step === 2 || !phone.matches) arrivedAtPlace();
}

function go(step) {
  show(step);
  if (kept) history.pushState(null, "", `/report?draft=${field("draft").value}&step=${step}`);
  if (phone.matches) scrollTo(0, 0);
  const section = document.getElementById(`step-${step}`);
  section.focus({ preventScroll: phone.matches });
}

addEventListener("popstate", () => show(Number(new URLSearchParams(location.search).get("step")) || 1));

form.addEventListener("click", async (event) => {
  const button = event.target.closest("button[name=go]");
  if (!button || button.dataset.plain) return;
  const [pressed, what] = button.value.split("-");
  if (pressed === "search") {
    event.preventDefault();
    q.dispatchEvent(new Event("input"));
  } else if (pressed === "find") {
    event.preventDefault();
    const answer = await refresh();
    if (!answer) tell(form.dataset.offline);
    else if (answer.faults.spot && field("spot").value) plainly(button);
  } else if (pressed === "back") {
    event.preventDefault();
    go(Number(what) - 1);
    refresh();
  } else if (pressed === "next" || pressed === "no") {
    event.preventDefault();
    const step = pressed === "no" ? { photo: 1, place: 2 }[what] : Number(what);
    field("step").value = step;
    button.disabled = true;
    const asked = field("asked").value;
    const answer = await refresh();
    button.disabled = false;
    if (!answer) {
      tell(form.dataset.goesOn);
      go(step + 1);
    } else if (pressed === "next" && Object.keys(answer.faults).length) plainly(button);
    else if (step !== 4 || answer.asked === asked) go(step + 1);
  }
});

// Let the server answer, which shows what has to be put right.
function plainly(button) {
  button.dataset.plain = "yes";
  form.requestSubmit(button);
}

form.addEventListener("submit", (event) => {
  if (sending) {
    event.preventDefault();
    return;
  }
  if (event.submitter?.value === "send" && (alone || !navigator.onLine) && self.waiting) {
    event.preventDefault();
    sendLater(event.submitter);
    return;
  }
  if (event.submitter?.value === "send") {
    sending = true;
    clearTimeout(soon);
    event.submitter.lastChild.textContent = form.dataset.sending;
    event.submitter.setAttribute("aria-busy", "true");
  }
});
// Without a connection the report waits in the phone; where there is one again, it goes the usual way.
async function sendLater(button) {
  sending = true;
  const answer = navigator.onLine ? await refresh() : null;
  sending = false;
  if (answer) return form.requestSubmit(button);
  const data = new FormData(form);
  if (!data.get("category") || !data.get("description").trim()) return tell(form.dataset.incomplete);
  const photos = [...unsent, ...[...data].filter(([, value]) => value instanceof File && value.size)];
  const fields = [...data].filter(([, value]) => typeof value === "string");
  await self.waiting.add(data.get("draft"), fields, photos);
  const worker = await Promise.race([navigator.serviceWorker?.ready, new Promise((resolve) => setTimeout(resolve, 500))]);
  await worker?.sync?.register("kept-reports").catch(() => null); // where there is none, the next opening sends it
  const said = document.createElement("p");
  said.className = "note";
  said.tabIndex = -1;
  said.textContent = form.dataset.waits;
  form.replaceWith(said);
  dispatchEvent(new Event("report-kept"));
  said.focus();
}
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sending = false;
  refresh();
});

function tell(words) {
  said.textContent = "";
  said.textContent = words;
  said.classList.remove("hide");
  setTimeout(() => said.classList.add("hide"), 8000);
}

// --- a report that was begun here earlier

// What depends on its words is asked for, then its words are put into that too.
form.addEventListener("taken-up", async (event) => {
  const answer = await refresh();
  event.detail.fill();
  await refresh();
  if (answer?.faults.photos) tell(answer.faults.photos);
  go(Number(field("step").value) || 1);
});

phone.addEventListener("change", () => show(Number(field("step").value)));
show(Number(form.dataset.step));
