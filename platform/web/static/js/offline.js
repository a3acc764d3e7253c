// Has the phone keep the day's list while there is a connection, and says what isn't sent yet.
const here = document.getElementById("offline");

function say({ waiting, refused }) {
  document.getElementById("kept-note")?.remove();
  if ((!waiting && !refused) || document.querySelector("[data-kept]")) return;
  const line = document.createElement("p");
  line.id = "kept-note";
  line.className = "note warn";
  line.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = "/staff/kept";
  link.textContent = refused ? here.dataset.refused : here.dataset.waiting;
  line.append(link);
  document.getElementById("content").prepend(line);
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", (event) => say(event.data));
  const tell = async (words) => (await navigator.serviceWorker.ready).active?.postMessage(words);
  navigator.serviceWorker.register("/service-worker.js").then(async () => {
    await tell("keep");
    await tell("flush");
  }).catch(() => null); // a browser that keeps nothing
  addEventListener("online", () => tell("flush"));
}
