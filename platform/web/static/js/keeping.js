// What an official did without a connection: kept in the browser, sent one by one, in order, each under a key of its own.
// Both the page and the service worker use it, one at a time.

const keeping = (() => {
  const wait = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  let opened = null;
  function database() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("staff", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("moves", { keyPath: "number", autoIncrement: true });
        request.result.createObjectStore("versions");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  async function store(name, mode = "readonly") {
    return (await database()).transaction(name, mode).objectStore(name);
  }

  const all = async () => wait((await store("moves")).getAll());
  const remove = async (number) => wait((await store("moves", "readwrite")).delete(number));
  const put = async (entry) => wait((await store("moves", "readwrite")).put(entry));

  // A version that a page shows, as it is after the moves of ours that were sent since the page was made.
  async function current(complaint, version) {
    let now = version;
    for (;;) {
      const next = await wait((await store("versions")).get(`${complaint} ${now}`));
      if (next === undefined) return now;
      now = next;
    }
  }

  async function passed(complaint, before, after) {
    if (after > before) await wait((await store("versions", "readwrite")).put(after, `${complaint} ${before}`));
  }

  function newKey() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // entry: seat, complaint, resource, version, label, title, fields (name to words), photos (files).
  async function add(entry) {
    await wait((await store("moves", "readwrite")).add({ ...entry, key: newKey(), state: "waiting", at: Date.now() }));
  }

  async function send(entry) {
    const data = new FormData();
    for (const [name, words] of Object.entries(entry.fields)) data.set(name, words);
    for (const [index, photo] of entry.photos.entries()) data.append("photo", photo, photo.name || `${index}.jpg`);
    data.set("key", entry.key);
    data.set("seat", entry.seat);
    data.set("version", String(entry.version));
    return fetch(`/staff/kept/${entry.complaint}/${entry.resource}`, { method: "POST", body: data, redirect: "manual" });
  }

  // Send what waits, in order. Behind a move that was refused, the later ones of the same report wait for the official.
  async function flushNow() {
    const told = { arrived: [], offline: false, signedOut: false };
    const entries = await all();
    const held = new Set(entries.filter((one) => one.state === "refused").map((one) => one.complaint));
    for (const entry of entries) {
      if (entry.state !== "waiting" || held.has(entry.complaint)) continue;
      entry.version = await current(entry.complaint, entry.version);
      let answer;
      try {
        answer = await send(entry);
      } catch {
        told.offline = true;
        break;
      }
      if (answer.status >= 500 || answer.status === 429) break;
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        told.signedOut = true;
        break;
      }
      const said = await answer.json();
      if (answer.ok) {
        await passed(entry.complaint, entry.version, said.version);
        await remove(entry.number);
        told.arrived.push(`${entry.title}: ${entry.label}`);
      } else {
        held.add(entry.complaint);
        if (said.other) continue;
        await put({ ...entry, state: "refused", sentence: said.sentence, status: said.status, now: said.version });
      }
    }
    const left = await all();
    return { ...told, waiting: left.filter((one) => one.state === "waiting").length, refused: left.filter((one) => one.state === "refused").length };
  }

  function flush() {
    return navigator.locks ? navigator.locks.request("kept-moves", flushNow) : flushNow();
  }

  // Let a refused move go out once more, on the report as it is now.
  async function again(entry) {
    const { sentence, status, now, ...rest } = entry;
    await put({ ...rest, state: "waiting", version: now ?? entry.version });
  }

  return { add, again, all, flush, remove };
})();

self.keeping = keeping;
