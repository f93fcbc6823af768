/** The token every changing request carries in the header X-CSRFToken. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;
