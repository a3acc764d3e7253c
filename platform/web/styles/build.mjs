// Compiles the one stylesheet and copies what the pages take from npm, with its licences, to static/vendor; then lays a
// compressed copy beside each file of static/ that a browser loads as text.
// Run by `npm run build`; static/vendor is made anew each time and never edited by hand.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";

const styles = dirname(fileURLToPath(import.meta.url));
const modules = join(styles, "../../../node_modules");
const files = join(styles, "../static");
const vendor = join(files, "vendor");

// from (below node_modules) -> to (below static/vendor)
const copies = {
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "htmx.org/LICENSE": "licences/htmx.txt",
  "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
  "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
  "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
  "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
  "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
  "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
  "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
  "leaflet/LICENSE": "licences/leaflet.txt",
  "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
  "swagger-ui-dist/swagger-ui.css": "swagger-ui/swagger-ui.css",
  "swagger-ui-dist/LICENSE": "licences/swagger-ui.txt",
  "swagger-ui-dist/NOTICE": "licences/swagger-ui-notice.txt",
  "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt": "licences/swagger-ui-parts.txt",
  "bootstrap/LICENSE": "licences/bootstrap.txt",
};

// The files end with the address of a map that is not served; a browser's tools would ask for it and log a 404.
const withoutMap = (text) => text.replace(/\n?(\/\/# sourceMappingURL=\S+|\/\*# sourceMappingURL=\S+ \*\/)\s*$/, "\n");

async function copy(from, to) {
  const target = join(vendor, to);
  await mkdir(dirname(target), { recursive: true });
  if (/\.(js|css)$/.test(to)) {
    await writeFile(target, withoutMap(await readFile(join(modules, from), "utf8")));
  } else {
    await copyFile(join(modules, from), target);
  }
}

function compile() {
  // Bootstrap 5.3 is written with @import and the old global functions: its warnings are its own, ours are shown.
  return sass.compile(join(styles, "aduan.scss"), {
    style: "compressed",
    loadPaths: [modules],
    quietDeps: true,
    silenceDeprecations: ["import"],
  }).css;
}

await rm(vendor, { recursive: true, force: true });
for (const [from, to] of Object.entries(copies)) await copy(from, to);
await writeFile(join(vendor, "aduan.css"), compile());

for (const name of await readdir(files, { recursive: true })) {
  if (!/\.(css|js|svg)$/.test(name)) continue;
  const path = join(files, name);
  await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
}
