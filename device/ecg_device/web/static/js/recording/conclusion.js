/** A result in one line, for lists and headings. */

/** The rhythm in words, or that it is not known. */
export const rhythmWords = (result) => result.rhythm?.name || "not known";

/** What a list says of a recording. */
export const oneLine = (result) =>
  result.conclusive ? result.conclusion : `Inconclusive: ${result.reason || "no reason given"}`;
