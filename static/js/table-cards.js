// On a phone a table of class table-cards stands as one card per row (components.css). What a column is called is
// read from its heading here, so that templates need not say it twice.
for (const table of document.querySelectorAll("table.table-cards")) {
  const heads = [...table.querySelectorAll("thead tr:last-child > *")].map((head) => head.textContent.trim());
  for (const row of table.tBodies[0]?.rows ?? []) {
    [...row.cells].forEach((cell, place) => {
      if (place && cell.colSpan === 1 && heads[place]) cell.dataset.head = heads[place];
    });
  }
}
