// What is copied by a button instead of by hand: the value of the named field, else of the secret link's.
for (const copy of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const source = copy.dataset.copy ? document.getElementById(copy.dataset.copy) : document.querySelector("[data-key]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value);
    copy.querySelector("span").textContent = copy.dataset.copied;
  });
}
