// The description of the interface, drawn by Swagger UI from the installation itself.
import { csrfToken } from "./csrf.js";

const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  syntaxHighlight: { activated: true },
  validatorUrl: null,
  requestInterceptor(request) {
    if (request.method !== "GET" && request.method !== "HEAD") request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});
