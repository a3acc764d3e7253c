// Faces and number plates on a photo, covered with the finger before the report is sent. Without a script there is none.

const form = document.querySelector("[data-report]");
const shots = form.querySelector("[data-part=shots]");
const MOST = 1600; // pixels of the longer side, as published
const BLOCKS = 24; // what is covered becomes squares, of which so many make the longer side

function offer() {
  for (const button of shots.querySelectorAll("[data-cover][hidden]")) button.hidden = false;
}
new MutationObserver(offer).observe(shots, { childList: true });
offer();

shots.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-cover]");
  if (!button) return;
  event.preventDefault();
  const covered = await cover(button.closest("figure").querySelector("img"), button.dataset);
  if (!covered) return;
  const data = new FormData(form);
  for (const name of ["camera", "gallery"]) data.delete(name);
  data.set("go", button.dataset.cover);
  const dropped = await fetch("/report", { method: "POST", body: data, redirect: "manual" }).catch(() => null);
  if (!dropped) return; // no connection: the photo stays as it was
  const input = form.querySelector("input[name=gallery]") ?? form.querySelector("input[name=camera]");
  const files = new DataTransfer();
  files.items.add(covered);
  input.files = files.files;
  input.dispatchEvent(new Event("change")); // it goes the way of every photo
});

// Show the photo large; where the finger goes it is covered. Answers the new photo, null for none.
function cover(image, words) {
  const part = Math.min(1, MOST / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * part);
  canvas.height = Math.round(image.naturalHeight * part);
  canvas.style.maxWidth = "100%";
  canvas.style.touchAction = "none";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", words.says);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
  const side = Math.ceil(Math.max(canvas.width, canvas.height) / BLOCKS);
  let changed = false;

  function at(event) {
    if (event.buttons === 0) return;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * (canvas.width / side));
    const row = Math.floor(((event.clientY - box.top) / box.height) * (canvas.height / side));
    const [x, y] = [column * side, row * side];
    const { data } = drawing.getImageData(x + side / 2, y + side / 2, 1, 1);
    drawing.fillStyle = `rgb(${data[0]} ${data[1]} ${data[2]})`;
    drawing.fillRect(x, y, side, side);
    changed = true;
  }
  canvas.addEventListener("pointerdown", at);
  canvas.addEventListener("pointermove", at);

  const dialog = document.createElement("dialog");
  dialog.className = "panel stack tight";
  const says = document.createElement("p");
  says.textContent = words.says;
  const line = document.createElement("p");
  line.className = "line";
  const made = ["done", "back"].map((name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name === "done" ? "btn main" : "btn";
    button.textContent = words[name];
    button.addEventListener("click", () => dialog.close(name));
    return button;
  });
  line.append(...made);
  dialog.append(says, canvas, line);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "done" || !changed) return resolve(null);
      canvas.toBlob((blob) => resolve(new File([blob], "covered.jpg", { type: "image/jpeg" })), "image/jpeg", 0.85);
    });
  });
}
