// Reports that wait in the phone for a connection: kept in the browser, each sent once under the key of its form.
// Both the pages and the service worker use it, one at a time.

const waiting = (() => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  let opened = null;
  function database() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("reports", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("reports", { keyPath: "key" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  async function store(mode = "readonly") {
    return (await database()).transaction("reports", mode).objectStore("reports");
  }

  const all = async () => (await done((await store()).getAll())).sort((one, other) => one.at - other.at);
  const put = async (entry) => done((await store("readwrite")).put(entry));
  const remove = async (key) => done((await store("readwrite")).delete(key));

  function newKey() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // key: the form's own. fields: pairs of name and words. photos: pairs of name and file.
  async function add(key, fields, photos) {
    await put({ key, fields, photos, state: "waiting", at: Date.now() });
  }

  async function send(entry) {
    const data = new FormData();
    for (const [name, words] of entry.fields) data.append(name, words);
    for (const [index, [name, photo]] of entry.photos.entries()) data.append(name, photo, photo.name || `${index}.jpg`);
    return fetch("/report/kept", { method: "POST", body: data, headers: { "Idempotency-Key": entry.key }, redirect: "manual" });
  }

  // Send what waits, oldest first. What arrived stays, without its words and photos, until a page has told of it.
  async function flushNow() {
    for (const entry of await all()) {
      if (entry.state !== "waiting") continue;
      let answer;
      try {
        answer = await send(entry);
      } catch {
        break; // no connection yet
      }
      if (answer.status >= 500 || answer.status === 429) break;
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        if (![413, 422].includes(answer.status)) break; // somebody else's page, as in a hotel
        await put({ ...entry, state: "needs", url: "/report" }); // too large, or not understood: the others go on
        continue;
      }
      const said = await answer.json();
      if (answer.ok) await put({ key: entry.key, state: "sent", at: entry.at, url: said.url, reference: said.reference });
      else await put({ ...entry, state: "needs", url: said.url, sentence: said.sentence });
    }
    return all();
  }

  function flush() {
    return navigator.locks ? navigator.locks.request("kept-reports", flushNow) : flushNow();
  }

  return { add, all, flush, newKey, remove };
})();

self.waiting = waiting;
