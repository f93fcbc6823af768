// The gap page: switches are answered by the server (htmx); the address always holds them, so it can be shared.
import { toast } from "./toast.js";

const form = document.getElementById("switches");
if (form) {
  form.addEventListener("change", () => {
    for (const row of form.querySelectorAll(".gap-row")) {
      row.classList.toggle("is-on", row.querySelector("input:checked") !== null);
    }
    const query = new URLSearchParams([...new FormData(form)]).toString().replace(/%3A/g, ":");
    history.replaceState(history.state, "", `${window.location.pathname}?${query}`);
  });

  document.querySelector("[data-reset]")?.addEventListener("click", (event) => {
    event.preventDefault();
    for (const field of form.querySelectorAll("input:checked")) field.checked = false;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });

  document.querySelector("[data-copy-address]")?.addEventListener("click", async (event) => {
    const done = event.currentTarget.dataset.copied;
    try {
      await navigator.clipboard.writeText(window.location.href);
    } catch {
      window.prompt("", window.location.href);
      return;
    }
    toast(done, "success");
  });
}
