// The composer: a ready reply goes into the text, and @ offers colleagues. Without this file the button posts, and a
// name typed in full calls its colleague all the same.
const CALL = /(^|[^\p{L}\p{N}_])@([\p{L}\p{N}_. ]{0,40})$/u;

document.addEventListener("click", (event) => {
  const button = event.target.closest(".composer button[name=use]");
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  const area = form.elements.note;
  const text = form.elements.ready.selectedOptions[0].dataset.text;
  area.value = area.value.trim() ? `${area.value.trimEnd()}\n\n${text}` : text;
  area.rows = Math.min(12, area.value.split("\n").length + 2);
  button.closest("details").open = false;
  area.focus();
});

// The list of who can be called, fetched at the first @ of a complaint.
const known = new Map();

async function offered(area) {
  const address = area.dataset.colleagues;
  if (!known.has(address)) {
    known.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : [])));
  }
  return known.get(address);
}

function close(area) {
  const box = document.getElementById("colleagues");
  box.hidden = true;
  box.firstElementChild.replaceChildren();
  area.removeAttribute("aria-activedescendant");
  area.setAttribute("aria-expanded", "false");
}

function choose(area, option) {
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionStart);
  const start = before.lastIndexOf("@") + 1;
  const name = `${option.textContent} `;
  area.value = before.slice(0, start) + name + after;
  area.setSelectionRange(start + name.length, start + name.length);
  close(area);
  area.focus();
}

function mark(area, options, at) {
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  area.setAttribute("aria-activedescendant", options[at].id);
  options[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", async (event) => {
  const area = event.target.closest("textarea[data-colleagues]");
  if (!area) return;
  const typed = CALL.exec(area.value.slice(0, area.selectionStart));
  const inner = area.form.elements.audience.value === "note";
  if (!typed || !inner) return close(area);
  const box = document.getElementById("colleagues");
  const names = await offered(area);
  if (!CALL.test(area.value.slice(0, area.selectionStart))) return close(area);
  const wanted = typed[2].toLowerCase();
  const fitting = names.filter((name) => ` ${name.toLowerCase()}`.includes(` ${wanted}`));
  if (!fitting.length) return close(area);
  const options = fitting.map((name, index) => {
    const option = document.createElement("li");
    option.id = `colleague-${index}`;
    option.setAttribute("role", "option");
    option.textContent = name;
    return option;
  });
  box.firstElementChild.replaceChildren(...options);
  box.hidden = false;
  area.setAttribute("role", "combobox");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", "colleagues-list");
  area.setAttribute("aria-expanded", "true");
  mark(area, options, 0);
});

document.addEventListener("keydown", (event) => {
  const area = event.target.closest("textarea[data-colleagues]");
  const box = document.getElementById("colleagues");
  if (!area || !box || box.hidden) return;
  const options = [...box.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    mark(area, options, (at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
  } else if (event.key === "Enter" || event.key === "Tab") {
    choose(area, options[at]);
  } else if (event.key === "Escape") {
    close(area);
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#colleagues [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(document.querySelector("textarea[data-colleagues]"), option);
});
