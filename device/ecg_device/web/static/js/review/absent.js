/** Where no ECG was there, from both witnesses: samples that are missing, and the quality events. */

const NO_SIGNAL = "no signal";

/**
 * Gaps ({from, to}) and absences ({from, to, event}) as one list {from, to, words, seconds} in
 * order. A gap takes the words of the absence it touches; two absences stay apart.
 */
export const mergeAbsent = (gaps, absences, rateHz) => {
  const said = absences.map(({ from, to, event }) => ({ from, to, words: event.detail?.reason || NO_SIGNAL }));
  const merged = [];
  for (const span of [...gaps.map((gap) => ({ ...gap, words: "" })), ...said].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to + 1 && !(last.words && span.words)) {
      last.to = Math.max(last.to, span.to);
      last.words ||= span.words;
    } else {
      merged.push({ ...span });
    }
  }
  return merged.map(({ from, to, words }) => ({
    from,
    to,
    words: words || NO_SIGNAL,
    seconds: (to - from) / rateHz,
  }));
};
