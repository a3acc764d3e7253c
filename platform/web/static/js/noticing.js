// What the form notices while it is filled in: words of an emergency, and that this phone has reported the same before.

const form = document.querySelector("[data-report]");

// --- words of an emergency

const description = document.getElementById("description");
const urgent = JSON.parse(description.dataset.urgent);
description.addEventListener("input", () => {
  const text = description.value.toLocaleLowerCase();
  const sounds = urgent.some((word) => {
    const at = text.indexOf(word);
    return at >= 0 && !/[\p{L}\p{N}]/u.test(text[at - 1] ?? " ") && !/[\p{L}\p{N}]/u.test(text[at + word.length] ?? " ");
  });
  form.querySelector("[data-urgent-note]").hidden = !sounds;
});

// --- a report of this phone's own

// A report that this device made can be opened again by its own page, whose link the device keeps.
function offerOwn(root) {
  for (const line of root.querySelectorAll("[data-mine][hidden]")) {
    let own = null;
    try {
      own = localStorage.getItem(`report/${line.dataset.mine}`);
    } catch {
      return; // a browser that keeps nothing
    }
    if (!own?.startsWith(`/complaints/${line.dataset.mine}/manage/`)) continue;
    line.querySelector("[data-mine-link]").href = own;
    line.hidden = false;
  }
}
new MutationObserver(() => offerOwn(form)).observe(form, { childList: true, subtree: true });
offerOwn(form);
