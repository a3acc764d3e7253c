// Drag an agency onto another to put it beneath; by keyboard or touch the same is a select in its form.
const tree = document.querySelector("[data-tree]");
const form = document.querySelector("#moving");
let dragged = null;

tree?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged?.dataset.id ?? "");
});

tree?.addEventListener("dragover", (event) => {
  const onto = event.target.closest("li");
  mark(onto !== dragged ? onto : null);
  if (dragged && onto && onto !== dragged) event.preventDefault();
});

tree?.addEventListener("dragend", () => mark(null));

tree?.addEventListener("drop", (event) => {
  const onto = event.target.closest("li");
  if (!dragged || !onto || onto === dragged) return;
  event.preventDefault();
  form.action = `/admin/agencies/${dragged.dataset.id}/parent`;
  form.elements.parent.value = onto.dataset.id;
  form.submit();
});

function mark(onto) {
  for (const one of tree.querySelectorAll(".onto")) one.classList.remove("onto");
  onto?.classList.add("onto");
}
