// The camera of a form: takes photos over the photo "before" and keeps with each what this phone says of time and place.
// What a browser's camera says proves nothing; the pages say so. Without this file the form sends files.
const able = Boolean(navigator.mediaDevices?.getUserMedia) && typeof DataTransfer === "function";
const fill = (sentence, values) => sentence.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const QUALITY = 0.9;
const MOST = 5;
const FRESH_MS = 60_000;
let stream = null;
let watching = null;
let place = null;

function prepare() {
  if (!able) return;
  for (const field of document.querySelectorAll("[data-camera]:not([data-ready])")) {
    field.dataset.ready = "";
    field.querySelector(".with-camera").hidden = false;
    if (!field.querySelector("#photo-error")) field.querySelector(".as-file").open = false;
    new Camera(field);
  }
}

class Camera {
  constructor(field) {
    this.field = field;
    this.dialog = field.querySelector("dialog");
    this.video = field.querySelector("video");
    this.ghost = field.querySelector(".ghost");
    this.shots = field.querySelector("input[name=shot]");
    this.list = field.querySelector("[data-taken]");
    this.where = field.querySelector(".where");
    this.taken = [];
    field.querySelector("[data-open]").addEventListener("click", () => this.open());
    field.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    field.querySelector("[data-take]").addEventListener("click", () => this.take());
    field.querySelector(".see-through input")?.addEventListener("input", (event) => this.seeThrough(event.target.value));
    this.dialog.addEventListener("close", stop);
  }

  async open() {
    const failed = this.field.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } },
        audio: false,
      });
    } catch {
      failed.hidden = false;
      this.field.querySelector(".as-file").open = true;
      return;
    }
    this.video.srcObject = stream;
    if (this.ghost) this.seeThrough(this.field.querySelector(".see-through input").value);
    if (place && Date.now() - place.timestamp > FRESH_MS) place = null; // it was that of another street
    this.dialog.showModal();
    this.say();
    if (!("geolocation" in navigator)) return;
    watching = navigator.geolocation.watchPosition(
      (found) => {
        place = found;
        this.say();
      },
      () => this.say(),
      { enableHighAccuracy: true, maximumAge: 10000, timeout: 20000 },
    );
  }

  seeThrough(percent) {
    this.ghost.style.setProperty("opacity", percent / 100);
  }

  say() {
    this.where.textContent = place
      ? fill(this.where.dataset.known, { metres: Math.round(place.coords.accuracy) })
      : this.where.dataset.none;
  }

  async take() {
    if (!this.video.videoWidth || this.taken.length >= MOST) return;
    const canvas = document.createElement("canvas");
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    const claim = { at: new Date().toISOString() };
    if (place) {
      claim.lon = place.coords.longitude;
      claim.lat = place.coords.latitude;
      claim.accuracy_m = place.coords.accuracy;
    }
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    const name = `${claim.at.replace(/\D/g, "")}.jpg`;
    this.taken.push({ file: new File([blob], name, { type: "image/jpeg" }), claim, url: URL.createObjectURL(blob) });
    this.dialog.close();
    this.put();
    this.list.querySelector("li:last-child button").focus();
  }

  drop(one) {
    URL.revokeObjectURL(one.url);
    this.taken = this.taken.filter((other) => other !== one);
    this.put();
    this.field.querySelector("[data-open]").focus();
  }

  // The form's own fields hold what was taken, so that any way of sending it sends them.
  put() {
    const files = new DataTransfer();
    for (const old of this.field.querySelectorAll("input[name=claim]")) old.remove();
    this.list.replaceChildren();
    this.taken.forEach((one, index) => {
      files.items.add(one.file);
      const said = document.createElement("input");
      said.type = "hidden";
      said.name = "claim";
      said.value = JSON.stringify(one.claim);
      this.shots.parentElement.append(said);
      this.list.append(this.row(one, index + 1));
    });
    this.shots.files = files.files;
  }

  row(one, number) {
    const words = this.list.dataset;
    const row = document.createElement("li");
    const picture = document.createElement("img");
    picture.src = one.url;
    picture.alt = fill(words.word, { number });
    const said = document.createElement("span");
    said.textContent =
      one.claim.accuracy_m === undefined ? words.unplaced : fill(words.placed, { metres: Math.round(one.claim.accuracy_m) });
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn";
    remove.textContent = fill(words.drop, { number });
    remove.addEventListener("click", () => this.drop(one));
    row.append(picture, said, remove);
    return row;
  }
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  stream = watching = null;
}

prepare();
document.addEventListener("htmx:afterSettle", prepare);
