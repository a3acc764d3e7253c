// The place of known works, drawn on the map; the fields say the same and do without it.
const form = document.querySelector("form[data-works]");
const box = form.querySelector("[data-drawn]");
const { draw } = await import(box.dataset.module);
const NAMES = ["lon", "lat", "west", "east", "south", "north"];

const held = () => ({
  kind: form.elements.place.value,
  radius: Number(form.elements.radius_m.value),
  ...Object.fromEntries(NAMES.map((name) => [name, Number(form.elements[name].value.replace(",", "."))])),
});

const redraw = await draw(box, held, (values) => {
  form.elements.place.value = values.kind;
  for (const name of NAMES) if (name in values) form.elements[name].value = values[name];
  if (values.kind === "circle" && !form.elements.radius_m.value) form.elements.radius_m.value = "250";
  form.elements.place.forEach((one) => one.dispatchEvent(new Event("change", { bubbles: true })));
});
form.addEventListener("change", redraw);
