/** A result in one line, for lists and headings. */

/** A rhythm in words, or that it is not known and why. */
export const rhythmWords = ({ name, aux }) => {
  if (aux !== "INCONCLUSIVE") return name || "not known";
  return name ? `not known: ${name}` : "not known";
};

/** What a list says of a recording. */
export const oneLine = (result) =>
  result.conclusive ? result.conclusion : `Inconclusive: ${result.reason || "no reason given"}`;
