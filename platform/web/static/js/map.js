// Maps on Leaflet: the one that is moved under a fixed pin, the one with pins, and the one of a single place.
// The page is whole without them: a list or words say the same. Leaflet is fetched when a map comes near.

const COUNTRY = [[-11, 95], [6, 141]];
let loading;

function leaflet(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.L));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return loading;
}

async function base(box, options = {}) {
  const L = await leaflet(box.dataset.leaflet);
  const pane = document.createElement("div");
  pane.setAttribute("role", "application");
  pane.setAttribute("aria-label", box.dataset.label);
  box.prepend(pane);
  box.hidden = false;
  const map = L.map(pane, { attributionControl: Boolean(box.dataset.tiles), zoomSnap: 0.5, maxZoom: 19, minZoom: 4, ...options });
  if (map.attributionControl) map.attributionControl.setPrefix(false);
  if (box.dataset.tiles) {
    L.tileLayer(box.dataset.tiles, { maxZoom: 19, attribution: '<a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a>' }).addTo(map);
  }
  map.fitBounds(COUNTRY, { animate: false });
  map.city = await outline(L, map, box);
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(pane);
  return { L, map };
}

// The city's ground; what lies outside is dimmed. Its bounds, or null where there is none.
async function outline(L, map, box) {
  if (!box.dataset.outline) return null;
  try {
    const answer = await fetch(box.dataset.outline);
    if (!answer.ok) return null;
    const shapes = await answer.json();
    const ground = L.geoJSON(shapes, {
      interactive: false,
      style: (feature) => ({
        className: feature.properties.kind === "city" ? "city" : "kec",
        fillOpacity: feature.properties.kind === "city" && !box.dataset.tiles ? 1 : 0,
      }),
    }).addTo(map);
    return ground.getBounds().isValid() ? ground.getBounds() : null;
  } catch {
    return null;
  }
}

// Without streets the outline is all there is to see: how near one may go so that it stays in sight of a point outside.
function seen(L, map, lat, lon) {
  const city = map.city;
  if (!city || city.contains([lat, lon])) return 14;
  const across = Math.max(Math.abs(lon - city.getWest()), Math.abs(lon - city.getEast()));
  const up = Math.max(Math.abs(lat - city.getSouth()), Math.abs(lat - city.getNorth()));
  return map.getBoundsZoom(L.latLngBounds([lat - up, lon - across], [lat + up, lon + across]));
}

// A map that is moved until the fixed pin stands on the place. moved(lon, lat) is told once a person has moved it.
// Where the box says so, a tap on a place brings it under the pin.
export async function steer(box, moved) {
  const { L, map } = await base(box, { zoomControl: true });
  if (map.city) map.fitBounds(map.city, { animate: false });
  let byHand = false;
  let ring = null;
  const touched = () => { byHand = true; };
  for (const event of ["dragstart", "keydown", "dblclick"]) map.on(event, touched);
  map.getContainer().addEventListener("keydown", (event) => { if (event.key.startsWith("Arrow")) byHand = true; });
  if ("tap" in box.dataset) {
    map.on("click", (event) => {
      byHand = true;
      map.panTo(event.latlng, { animate: false });
    });
  }
  map.on("moveend", () => {
    if (!byHand) return;
    byHand = false;
    const { lat, lng } = map.getCenter();
    moved(Number(lng.toFixed(6)), Number(lat.toFixed(6)));
  });
  return {
    // Put the place under the pin. accuracy: metres of the ring around it, or nothing.
    show(lon, lat, accuracy) {
      if (ring) ring.remove();
      ring = accuracy ? L.circle([lat, lon], { radius: accuracy, className: "ring", interactive: false }).addTo(map) : null;
      const zoom = accuracy > 300 ? 14 : accuracy > 80 ? 16 : 17;
      map.setView([lat, lon], box.dataset.tiles ? zoom : Math.min(zoom, seen(L, map, lat, lon)), { animate: false });
    },
    grown() { map.invalidateSize({ pan: false }); },
  };
}

// A single place with its pin.
export async function place(box) {
  const { L, map } = await base(box, { scrollWheelZoom: false });
  const at = [Number(box.dataset.lat), Number(box.dataset.lon)];
  map.setView(at, box.dataset.tiles ? 16 : 12.5, { animate: false });
  L.marker(at, { icon: icon(L, box, box.dataset.kind), interactive: false, keyboard: false }).addTo(map);
}

// Pins of what the server finds in the visible box; they are for pointers, and for keyboards the list beside says the same.
// drawn(items, clustered) is told what the map shows.
export async function pins(box, drawn) {
  const { L, map } = await base(box);
  if (map.city) map.fitBounds(map.city, { animate: false });
  const layer = L.layerGroup().addTo(map);
  works(L, map, box);
  let asked = 0;
  const ask = async () => {
    const turn = ++asked;
    const view = map.getBounds();
    const query = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((edge) => edge.toFixed(4)).join(",");
    try {
      const answer = await fetch(`${box.dataset.pins}${box.dataset.pins.includes("?") ? "&" : "?"}bbox=${query}`);
      if (!answer.ok || turn !== asked) return;
      const found = await answer.json();
      layer.clearLayers();
      for (const one of found.pins) layer.addLayer(marker(L, box, one));
      for (const one of found.clusters) layer.addLayer(cluster(L, map, one));
      drawn(found);
    } catch {
      // No connection: the pins and the list that are there stay.
    }
  };
  let waiting;
  map.on("moveend", () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); });
  ask();
}

// Where the city does works: circles and boxes, each a link to what it says of them.
async function works(L, map, box) {
  if (!box.dataset.works) return;
  const answer = await fetch(box.dataset.works).catch(() => null);
  if (!answer?.ok) return;
  L.geoJSON(await answer.json(), {
    pointToLayer: (feature, at) => L.circle(at, { radius: feature.properties.radius_m, className: "works" }),
    style: { className: "works" },
    onEachFeature: (feature, drawn) => {
      drawn.bindTooltip(document.createTextNode(feature.properties.title));
      drawn.on("click", () => { location.href = feature.properties.url; });
    },
  }).addTo(map);
}

// A map on which a circle or a box is drawn: one press sets the middle, or two set opposite corners.
// place() is the kind and what its fields hold now; drawn(values) is told what a press means. Gives a function to redraw.
export async function draw(box, place, drawn) {
  const { L, map } = await base(box);
  if (map.city) map.fitBounds(map.city, { animate: false });
  const layer = L.layerGroup().addTo(map);
  let corner = null;
  const show = () => {
    layer.clearLayers();
    const now = place();
    if (now.kind === "circle" && now.lat && now.lon) {
      L.circle([now.lat, now.lon], { radius: now.radius || 100, className: "works" }).addTo(layer);
    } else if (now.kind === "box" && now.south && now.north && now.west && now.east) {
      L.rectangle([[now.south, now.west], [now.north, now.east]], { className: "works" }).addTo(layer);
    }
  };
  map.on("click", ({ latlng }) => {
    const at = { lat: Number(latlng.lat.toFixed(6)), lon: Number(latlng.lng.toFixed(6)) };
    if (place().kind !== "box") {
      drawn({ kind: "circle", ...at });
    } else if (corner) {
      const [one, other] = [corner, at];
      corner = null;
      drawn({
        kind: "box",
        west: Math.min(one.lon, other.lon),
        east: Math.max(one.lon, other.lon),
        south: Math.min(one.lat, other.lat),
        north: Math.max(one.lat, other.lat),
      });
    } else {
      corner = at;
      L.circleMarker(latlng, { radius: 5, className: "works" }).addTo(layer);
      return;
    }
    show();
  });
  show();
  return show;
}

function marker(L, box, one) {
  const pin = L.marker([one.lat, one.lon], { icon: icon(L, box, one.kind), title: one.words, keyboard: false });
  pin.on("click", () => { location.href = one.url; });
  return pin;
}

function cluster(L, map, one) {
  const size = one.count > 99 ? 52 : one.count > 9 ? 44 : 36;
  const mark = L.divIcon({ className: "cluster", html: `<b>${Number(one.count)}</b>`, iconSize: [size, size] });
  const shown = L.marker([one.lat, one.lon], { icon: mark, title: one.words, keyboard: false });
  shown.on("click", () => map.setView([one.lat, one.lon], Math.min(map.getZoom() + 2, 18)));
  return shown;
}

function icon(L, box, kind) {
  const name = ["wait", "busy", "ask", "done", "end"].includes(kind) ? kind : "wait";
  return L.divIcon({
    className: "pinned",
    html: `<svg class="pin ${name}" viewBox="0 0 28 36" aria-hidden="true"><use href="${box.dataset.icons}#p-${name}"/></svg>`,
    iconSize: [28, 36],
    iconAnchor: [14, 35],
  });
}
