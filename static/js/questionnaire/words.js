/** Puts values into a sentence with ``{names}``. */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
