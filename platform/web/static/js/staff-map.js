// The small map of a complaint: the point, its accuracy, and the city's outline. The words beside it say the same.
const L = window.L;

function draw(box) {
  const { lon, lat, accuracy, pin, sprite, tiles } = box.dataset;
  const point = [Number(lat), Number(lon)];
  box.hidden = false;
  const map = L.map(box, { zoomControl: false, attributionControl: Boolean(tiles), scrollWheelZoom: false, keyboard: false });
  map.setView(point, tiles ? 16 : 12);
  new ResizeObserver(() => map.invalidateSize() && map.panTo(point, { animate: false })).observe(box);
  if (tiles) {
    L.tileLayer(tiles, { maxZoom: 19, attribution: "© OpenStreetMap" }).addTo(map);
  }
  if (accuracy) {
    L.circle(point, { radius: Number(accuracy), className: "accuracy", weight: 1, interactive: false }).addTo(map);
  }
  L.marker(point, { icon: icon(pin, sprite), interactive: false, keyboard: false }).addTo(map);
  outline(map, Boolean(tiles));
}

function icon(kind, sprite) {
  return L.divIcon({
    className: "pinned",
    iconSize: [28, 36],
    iconAnchor: [14, 36],
    html: `<svg class="pin ${kind}" viewBox="0 0 28 36"><use href="${sprite}#p-${kind}"/></svg>`,
  });
}

async function outline(map, withStreets) {
  const answer = await fetch("/outline.json");
  if (!answer.ok) return;
  const lines = L.geoJSON(await answer.json(), {
    interactive: false,
    style: (feature) => ({ className: feature.properties.kind === "city" ? "city" : "kec", fill: !withStreets }),
  }).addTo(map);
  lines.bringToBack();
}

function drawAll(root) {
  for (const box of root.querySelectorAll(".map[data-lon]:not(.leaflet-container)")) draw(box);
}

if (L) {
  drawAll(document);
  document.addEventListener("htmx:afterSettle", () => drawAll(document));
}
