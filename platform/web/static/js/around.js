// The map of a city's reports; the list beside it follows what the map shows.

const box = document.querySelector("[data-around]");
const rows = document.querySelector("[data-rows]");
const title = document.querySelector("[data-count]");

document.querySelector("[data-still]")?.remove(); // the drawing for those without scripts
box.hidden = false;
const { pins } = await import(box.dataset.module);
await pins(box, (found) => {
  if (found.rows !== undefined) {
    const made = document.createElement("template");
    made.innerHTML = found.rows;
    rows.replaceChildren(made.content);
    title.textContent = found.count ? title.dataset.some.replace("{count}", found.count) : title.dataset.none;
  } else {
    title.textContent = title.dataset.zoom;
  }
});
