/** The number beside a clause's paper clip follows the file panel, without a reload. */
export function followFiles(ladder) {
  document.addEventListener("attachments-changed", (event) => {
    const counts = new Map();
    for (const { dataset } of event.target.querySelectorAll("[data-file-of-clause]"))
      counts.set(dataset.fileOfClause, (counts.get(dataset.fileOfClause) ?? 0) + 1);
    for (const button of ladder.querySelectorAll("[data-files-of]"))
      button.querySelector("[data-file-count]").textContent = counts.get(button.dataset.filesOf) ?? "";
  });
}
