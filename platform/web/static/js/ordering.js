// Rows of a list put into another order by dragging, among those they stand with. The buttons beside do the same.

const table = document.querySelector("table[data-order]");
const said = document.querySelector("[data-said]");
let dragged = null;

function among(row) {
  return [...table.querySelectorAll("tr[data-id]")].filter((one) => one.dataset.among === row.dataset.among);
}

async function keep(row) {
  const body = new URLSearchParams({ ids: among(row).map((one) => one.dataset.id).join(" ") });
  let kept = false;
  try {
    kept = (await fetch(table.dataset.order, { method: "POST", body, redirect: "follow" })).ok;
  } catch {
    kept = false;
  }
  if (kept) {
    location.reload();
    return;
  }
  said.textContent = table.dataset.failed;
  said.classList.remove("hide");
}

for (const row of table?.querySelectorAll("tr[data-id]") ?? []) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    dragged = row;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.id);
  });
  row.addEventListener("dragover", (event) => {
    if (!dragged || dragged === row || dragged.dataset.among !== row.dataset.among) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    row[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  row.addEventListener("drop", (event) => event.preventDefault());
  row.addEventListener("dragend", () => {
    const moved = dragged;
    dragged = null;
    if (moved) keep(moved);
  });
}
