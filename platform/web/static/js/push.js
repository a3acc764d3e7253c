// Notifications on this device: offered by a button, never asked for unprompted.

const box = document.querySelector("[data-push]");
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function key(written) {
  const text = atob(written.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

async function send(path, fields) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields) });
  if (!answer.ok) throw new Error(String(answer.status));
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
  await navigator.serviceWorker.register("/service-worker.js");
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key(box.dataset.key),
  });
  const { endpoint, keys } = subscription.toJSON();
  await send(box.dataset.push, { endpoint, ...keys });
}

if (box && able) {
  const button = box.querySelector("[data-push-on]");
  const denied = box.querySelector("[data-push-denied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await subscribe();
      location.reload();
    } catch {
      denied.hidden = false;
      button.disabled = false;
    }
  });
}
