// The small map of a complaint: the point, its accuracy, and the city's outline. The words beside it say the same.
const L = window.L;

function draw(box) {
  if ("pick" in box.dataset) return pick(box);
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

// A map on which the pin is put: what is drawn is what stands in the two fields of the form.
function pick(box) {
  const { pin, sprite, tiles } = box.dataset;
  const { lat, lon } = box.closest("form").elements;
  const typed = () => (lat.value && lon.value ? [Number(lat.value.replace(",", ".")), Number(lon.value.replace(",", "."))] : null);
  const valid = (point) => point && point.every(Number.isFinite) && Math.abs(point[0]) <= 90;
  const map = L.map(box, { attributionControl: Boolean(tiles) });
  if (tiles) L.tileLayer(tiles, { maxZoom: 19, attribution: "© OpenStreetMap" }).addTo(map);
  const start = valid(typed()) ? typed() : null;
  box.hidden = false;
  map.setView(start ?? [-2, 118], start ? (tiles ? 16 : 13) : 4);
  const marker = L.marker(start ?? map.getCenter(), { icon: icon(pin, sprite), draggable: true, keyboard: false }).addTo(map);
  const write = (point) => {
    lat.value = point.lat.toFixed(6);
    lon.value = point.lng.toFixed(6);
  };
  marker.on("dragend", () => write(marker.getLatLng()));
  map.on("click", (event) => {
    marker.setLatLng(event.latlng);
    write(event.latlng);
  });
  for (const field of [lat, lon]) {
    field.addEventListener("change", () => valid(typed()) && marker.setLatLng(typed()) && map.panTo(typed()));
  }
  new ResizeObserver(() => map.invalidateSize()).observe(box);
  outline(map, Boolean(tiles), start ? null : map);
}

function icon(kind, sprite) {
  return L.divIcon({
    className: "pinned",
    iconSize: [28, 36],
    iconAnchor: [14, 36],
    html: `<svg class="pin ${kind}" viewBox="0 0 28 36"><use href="${sprite}#p-${kind}"/></svg>`,
  });
}

async function outline(map, withStreets, whole = null) {
  const answer = await fetch("/outline.json");
  if (!answer.ok) return;
  const lines = L.geoJSON(await answer.json(), {
    interactive: false,
    style: (feature) => ({ className: feature.properties.kind === "city" ? "city" : "kec", fill: !withStreets }),
  }).addTo(map);
  lines.bringToBack();
  if (whole) whole.fitBounds(lines.getBounds());
}

function drawAll(root) {
  for (const box of root.querySelectorAll(".map[data-lon]:not(.leaflet-container)")) draw(box);
}

if (L) {
  drawAll(document);
  document.addEventListener("htmx:afterSettle", () => drawAll(document));
}
