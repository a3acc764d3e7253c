// The page on which a report is written down for somebody: a click on the map is the place, the phone's own position
// is one too, and the slip can be printed. Without it the place is typed, and the browser prints.
const L = window.L;
const spot = document.getElementById("spot");

function put(lat, lon) {
  spot.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
}

async function outline(map, withStreets) {
  const answer = await fetch("/outline.json");
  if (!answer.ok) return;
  const lines = L.geoJSON(await answer.json(), {
    interactive: false,
    style: (feature) => ({ className: feature.properties.kind === "city" ? "city" : "kec", fill: !withStreets }),
  }).addTo(map);
  lines.bringToBack();
  if (!map.picked) map.fitBounds(lines.getBounds());
}

function pick(box) {
  const { lon, lat, atLon, atLat, tiles, sprite } = box.dataset;
  box.hidden = false;
  const map = L.map(box, { attributionControl: Boolean(tiles), scrollWheelZoom: false });
  map.picked = Boolean(atLon);
  map.setView([Number(atLat || lat), Number(atLon || lon)], atLon ? 15 : 11);
  if (tiles) L.tileLayer(tiles, { maxZoom: 19, attribution: "© OpenStreetMap" }).addTo(map);
  const icon = L.divIcon({
    className: "pinned",
    iconSize: [28, 36],
    iconAnchor: [14, 36],
    html: `<svg class="pin wait" viewBox="0 0 28 36"><use href="${sprite}#p-wait"/></svg>`,
  });
  let pin = atLon ? L.marker([Number(atLat), Number(atLon)], { icon, keyboard: false }).addTo(map) : null;
  map.on("click", ({ latlng }) => {
    put(latlng.lat, latlng.lng);
    if (pin) pin.setLatLng(latlng);
    else pin = L.marker(latlng, { icon, keyboard: false }).addTo(map);
  });
  outline(map, Boolean(tiles));
}

const box = document.getElementById("pick");
if (L && box?.dataset.lon) pick(box);

const here = document.getElementById("here");
if (here && navigator.geolocation) {
  here.hidden = false;
  here.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => put(coords.latitude, coords.longitude), () => spot.focus());
  });
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
