// The page that a phone keeps: each move is written down on the phone first and sent from there, at once or later.
const page = document.querySelector("[data-kept]");
const seat = page.dataset.kept;
const words = page.querySelector("[data-words-kept]").dataset;
const { keeping } = self;

const asked = /^\/staff\/complaints\/([0-9a-f-]+)/.exec(location.pathname);
if (asked) document.getElementById(`c-${asked[1]}`)?.scrollIntoView();

for (const form of page.querySelectorAll("form[data-move]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const stop = form.closest("[data-complaint]");
    const given = new FormData(form);
    const photos = given.getAll("photo").filter((one) => one instanceof File && one.size);
    const fields = {};
    for (const name of ["note", "waiver"]) if (given.get(name)) fields[name] = given.get(name);
    const move = { seat, complaint: stop.dataset.complaint, title: stop.dataset.title, version: Number(stop.dataset.version) };
    const start = stop.querySelector('form[data-move="start"]');
    if (form.dataset.ends && stop.dataset.starts && start) {
      await keeping.add({ ...move, resource: "start", label: start.dataset.label, fields: {}, photos: [] });
    }
    await keeping.add({ ...move, resource: form.dataset.move, label: form.dataset.label, fields, photos });
    if (form.dataset.ends) stop.dataset.ended = form.dataset.move;
    if (form.dataset.move === "start" || form.dataset.ends) {
      stop.dataset.starts = "";
      if (start) start.hidden = true;
    }
    form.reset();
    const folded = form.closest("details");
    if (folded) folded.open = false;
    await show();
    await flush();
  });
}

async function flush() {
  const told = await keeping.flush();
  page.querySelector("[data-offline]").hidden = !told.offline && navigator.onLine;
  page.querySelector("[data-signed-out]").hidden = !told.signedOut;
  if (told.arrived.length) {
    const arrived = page.querySelector("[data-arrived]");
    arrived.querySelector("span").textContent = `${words.wordsArrived} ${told.arrived.join("; ")}`;
    arrived.hidden = false;
  }
  if (told.offline) {
    const worker = await navigator.serviceWorker?.ready;
    await worker?.sync?.register("kept-moves").catch(() => null);
  }
  await show();
}

async function show() {
  const entries = (await keeping.all()).filter((one) => one.seat === seat);
  list("refused", entries.filter((one) => one.state === "refused"));
  list("waiting", entries.filter((one) => one.state === "waiting"));
  for (const stop of page.querySelectorAll("[data-complaint]")) {
    const mine = entries.filter((one) => one.complaint === stop.dataset.complaint);
    for (const form of stop.querySelectorAll("[data-ends]")) {
      // also once it has arrived: the page is as it was kept, and would offer the same again
      form.closest("details").hidden =
        stop.dataset.ended === form.dataset.move || mine.some((one) => one.resource === form.dataset.move);
    }
    const line = stop.querySelector("[data-mine]");
    line.hidden = !mine.length;
    line.querySelector("span").textContent = mine.length ? `${words.wordsKept} ${mine.map((one) => one.label).join(", ")}` : "";
  }
}

function list(name, entries) {
  const section = page.querySelector(`[data-${name}-list]`);
  section.hidden = !entries.length;
  section.querySelector("ul").replaceChildren(...entries.map(line));
}

function line(entry) {
  const made = page.querySelector("template[data-line]").content.cloneNode(true);
  const find = (name) => made.querySelector(`[data-${name}]`);
  find("what").textContent = entry.label;
  find("where").textContent = entry.title;
  if (entry.fields.note) {
    find("words").textContent = entry.fields.note;
    find("words").hidden = false;
  }
  for (const photo of entry.photos) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(photo);
    image.alt = photo.name || "";
    const frame = document.createElement("span");
    frame.className = "photo";
    frame.append(image);
    find("photos").append(frame);
    find("photos").hidden = false;
  }
  if (entry.state === "refused") {
    find("why").textContent = [entry.sentence, entry.status].filter(Boolean).join(" – ");
    find("why").hidden = false;
    find("choices").hidden = false;
    find("open").href = `/staff/complaints/${entry.complaint}`;
    find("again").addEventListener("click", async () => {
      await keeping.again(entry);
      await flush();
    });
    find("drop").addEventListener("click", async () => {
      await keeping.remove(entry.number);
      delete document.getElementById(`c-${entry.complaint}`)?.dataset.ended;
      await flush();
    });
  }
  return made;
}

page.querySelector("[data-send]").addEventListener("click", flush);
addEventListener("online", flush);
addEventListener("offline", () => { page.querySelector("[data-offline]").hidden = false; });
page.querySelector("[data-offline]").hidden = navigator.onLine;
await flush();
