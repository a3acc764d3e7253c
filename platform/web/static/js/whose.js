// "Who gets this?": a map whose place is asked about as soon as it is moved or tapped. Typing the place does the same,
// and brings it under the pin.

const form = document.querySelector("[data-whose]");
const box = form.querySelector("[data-steer]");
const { steer } = await import(box.dataset.module);
let steered = null;
const map = await steer(box, (lon, lat) => {
  steered = form.elements.spot.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
  form.requestSubmit();
});
form.addEventListener("htmx:afterSettle", () => {
  const { lon, lat } = document.getElementById("answer").dataset;
  if (lat && form.elements.spot.value !== steered) map.show(Number(lon), Number(lat), null);
});
if (box.dataset.lat) map.show(Number(box.dataset.lon), Number(box.dataset.lat), null);
