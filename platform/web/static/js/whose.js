// "Who gets this?": a map whose place is asked about as soon as it is moved or tapped. Typing the place does the same.

const form = document.querySelector("[data-whose]");
const box = form.querySelector("[data-steer]");
const { steer } = await import(box.dataset.module);
const map = await steer(box, (lon, lat) => {
  form.elements.spot.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
  form.requestSubmit();
});
if (box.dataset.lat) map.show(Number(box.dataset.lon), Number(box.dataset.lat), null);
