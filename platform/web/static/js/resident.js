// On every page of a city for residents: the phone keeps the report's form, and says what of its reports isn't sent yet.
const here = document.getElementById("resident");
const { waiting } = self;

function line(kind, words, link, href) {
  const made = document.createElement("p");
  made.className = `note gap ${kind}`;
  made.append(document.createTextNode(`${words} `));
  if (href) {
    const to = document.createElement("a");
    to.href = href;
    to.textContent = link;
    made.append(to);
  }
  return made;
}

function remember(url) {
  const found = /(\/complaints\/([A-Z0-9-]+)\/manage\/[^?#]+)/.exec(url);
  try {
    if (found) localStorage.setItem(`report/${found[2]}`, found[1]);
  } catch {
    // a browser that keeps nothing
  }
}

const arrived = []; // told of on this page already, and still to be read

async function show() {
  const entries = await waiting.all();
  for (const one of entries.filter(({ state }) => state === "sent")) {
    if (!arrived.some(({ key }) => key === one.key)) arrived.push(one);
    remember(one.url);
    await waiting.remove(one.key);
  }
  const box = document.getElementById("waiting-reports") ?? document.createElement("div");
  box.id = "waiting-reports";
  box.setAttribute("role", "status");
  box.replaceChildren();
  const held = entries.filter((one) => one.state === "waiting").length;
  if (held) box.append(line("warn", here.dataset.waiting.replace("{count}", held)));
  for (const one of arrived) box.append(line("", here.dataset.sent.replace("{reference}", one.reference ?? ""), here.dataset.open, one.url));
  for (const one of entries.filter(({ state }) => state === "needs")) {
    // It is open right here, whole, from the server; where the server's draft has gone, this copy is the only one.
    if (document.querySelector("[data-report] input[name=draft]")?.value === one.key) await waiting.remove(one.key);
    else box.append(line("warn", `${here.dataset.needs} ${one.sentence ?? ""}`, here.dataset.complete, one.url));
  }
  if (box.childElementCount) document.getElementById("content").prepend(box);
  else box.remove();
}

async function flush() {
  await waiting.flush().catch(() => null);
  await show();
}

if ("indexedDB" in self) {
  addEventListener("online", flush);
  addEventListener("reports-waiting", show);
  flush().catch(() => null); // a browser that keeps nothing
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", (event) => { if (event.data === "reports") show(); });
  const installed = matchMedia("(display-mode: standalone)").matches;
  navigator.serviceWorker.register("/service-worker.js").then(async () => {
    const worker = (await navigator.serviceWorker.ready).active;
    if (installed || document.querySelector("[data-report]")) worker?.postMessage("keep-form");
  }).catch(() => null);
}
