// What is chosen shows on its box by :has() in the stylesheet. Browsers older than that get the same from classes.
function show() {
  for (const box of document.querySelectorAll(".choice, .tile")) {
    box.classList.toggle("chosen", box.querySelector(":checked") !== null);
  }
  for (const composer of document.querySelectorAll(".composer")) {
    composer.classList.toggle("chosen-inner", composer.querySelector(".to-inner:checked") !== null);
  }
  document.querySelector("main")?.classList.toggle("chosen-some", document.querySelector(".one:checked") !== null);
}

if (!CSS.supports("selector(:has(*))")) {
  document.addEventListener("change", show);
  document.addEventListener("htmx:afterSettle", show);
  show();
}
