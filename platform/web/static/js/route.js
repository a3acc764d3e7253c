// The way may begin where the phone is. Without this file it begins at the most urgent place.
const form = document.getElementById("from-here");
if (form && "geolocation" in navigator) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=status]");
    said.textContent = "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = coords.latitude.toFixed(6);
        form.elements.lon.value = coords.longitude.toFixed(6);
        form.submit();
      },
      () => (said.textContent = said.dataset.failed),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  });
}
