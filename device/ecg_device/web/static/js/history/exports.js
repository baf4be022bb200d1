/** Links that save a stretch of signal as a file. */

import { apiUrl } from "../api.js";
import { element } from "../recording/element.js";

const FORMATS = [
  ["csv", "CSV", "a table for any program"],
  ["edf", "EDF+", "for ECG and sleep programs"],
  ["wfdb", "WFDB", "for PhysioNet's programs"],
];

/** One link a format: a whole session, or of it what a recording holds. */
export const exportLinks = ({ session, start = null, seconds, rate_hz: rateHz }) => {
  const to = start === null ? null : start + Math.round(seconds * rateHz);
  return FORMATS.map(([format, name, use]) =>
    element(
      "a",
      {
        class: "button",
        href: apiUrl(`sessions/${session}/export`, { format, from: start, to }),
        title: `Save as ${name}: ${use}`,
        download: true,
      },
      name,
    ),
  );
};
