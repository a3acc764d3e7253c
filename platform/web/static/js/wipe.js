// Lays the photo "after" over the one "before", with a slider between them. Without this file both stand side by side.
for (const compare of document.querySelectorAll("[data-wipe]")) {
  const controls = compare.querySelector(".wiping");
  const [button, label] = [controls.querySelector("button"), controls.querySelector("label")];
  const slider = label.querySelector("input");
  if (compare.querySelectorAll(".frame img").length < 2) continue;
  controls.hidden = false;
  const show = () => compare.style.setProperty("--seen", `${slider.value}%`);
  slider.addEventListener("input", show);
  button.addEventListener("click", () => {
    const over = compare.classList.toggle("over");
    button.setAttribute("aria-pressed", String(over));
    label.hidden = !over;
    show();
    if (over) slider.focus();
  });
}
