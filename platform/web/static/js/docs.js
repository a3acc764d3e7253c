// The description of the API, drawn by Swagger UI; without a request to anywhere else.
const place = document.getElementById("content");
window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  supportedSubmitMethods: ["get", "post"],
});
