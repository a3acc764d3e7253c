// A photo as the phone sends it: no larger than what is looked at later, with all that the camera wrote into the file.

const LIGHT = 700_000; // bytes that go as they are
const MOST = 2048; // pixels of the longer side
const QUALITY = 0.85;
const KEPT = new Set([0xe1, 0xeb, 0xed]); // Exif and XMP, C2PA, IPTC: where and when it was taken, and by what
const ORIENTATION = 0x0112;

// A smaller file of the same photo; the file itself where it is light, is no JPEG or can't be read here.
export async function shrunk(file) {
  if (file.type !== "image/jpeg" || file.size <= LIGHT) return file;
  try {
    const told = tellingParts(new Uint8Array(await file.arrayBuffer()));
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const part = Math.min(1, MOST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * part);
    canvas.height = Math.round(image.height * part);
    const drawing = canvas.getContext("2d");
    drawing.imageSmoothingQuality = "high";
    drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    canvas.width = canvas.height = 0; // a cheap phone has its memory back at once
    const parts = [drawn.slice(0, 2), ...told, drawn.slice(2)];
    const made = new File(parts, file.name, { type: "image/jpeg", lastModified: file.lastModified });
    return made.size < file.size ? made : file;
  } catch {
    return file; // too large for this phone's memory, or damaged: the server says what it is
  }
}

// What is chosen into a field, smaller, put into the field itself, so that any way of sending it sends that.
export async function shrink(input) {
  const list = await Promise.all([...input.files].map(shrunk));
  if (list.every((one, index) => one === input.files[index])) return list;
  const files = new DataTransfer();
  for (const one of list) files.items.add(one);
  input.files = files.files;
  return list;
}

// The segments of a JPEG that tell of its making, as they are but for the way it was held: what is drawn is upright.
function tellingParts(bytes) {
  const found = [];
  const view = new DataView(bytes.buffer);
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const length = 2 + view.getUint16(at + 2);
    if (KEPT.has(bytes[at + 1])) found.push(upright(bytes.slice(at, at + length)));
    at += length;
  }
  return found;
}

function upright(segment) {
  if (new TextDecoder("latin1").decode(segment.subarray(4, 10)) !== "Exif\0\0") return segment;
  const view = new DataView(segment.buffer, 10);
  const little = view.getUint16(0) === 0x4949;
  const first = view.getUint32(4, little);
  for (let number = 0; number < view.getUint16(first, little); number++) {
    const at = first + 2 + 12 * number;
    if (view.getUint16(at, little) === ORIENTATION) view.setUint16(at + 8, 1, little);
  }
  return segment;
}
