// What residents will see beside a form of the settings follows what is typed. Without this file "Only look at it" does
// it.
const form = document.querySelector("form[data-look]");
const phone = document.querySelector("[data-look-phone]");
const css = document.querySelector("[data-look-css]");
let waiting = 0;
let asked = 0;
let crest = "";

function wear() {
  const mark = phone.querySelector(".mark");
  if (!crest || !mark) return;
  const image = document.createElement("img");
  Object.assign(image, { className: "mark crest", src: crest, alt: "", width: 34, height: 34 });
  mark.replaceWith(image);
}

async function look() {
  const mine = ++asked;
  const said = new FormData(form);
  said.delete("logo");
  const answer = await fetch(form.dataset.look, { method: "POST", body: said }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const shown = await answer.json();
  if (mine !== asked) return;
  if (css) css.href = shown.css;
  phone.innerHTML = shown.phone;
  wear();
}

form.addEventListener("input", (event) => {
  if (event.target.type === "file") {
    if (crest) URL.revokeObjectURL(crest);
    const file = event.target.files[0];
    crest = file ? URL.createObjectURL(file) : "";
    if (crest) wear();
    return;
  }
  clearTimeout(waiting);
  waiting = setTimeout(look, 250);
});

// Beside a colour's digits a picker that writes them.
for (const field of form.querySelectorAll("[data-colour]")) {
  const picker = document.createElement("input");
  const whole = () => (/^#[0-9a-f]{6}$/i.test(field.value) ? field.value : "#ffffff");
  Object.assign(picker, { type: "color", className: "swatch", value: whole() });
  picker.setAttribute("aria-label", field.labels[0].textContent);
  field.after(picker);
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => { picker.value = whole(); });
}
