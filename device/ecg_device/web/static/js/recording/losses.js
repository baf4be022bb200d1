/** What is lost when something is deleted, in words, before it is. */

import { formatBytes, formatDateTime, formatDuration, formatNumber, withUnit } from "../numbers.js";

const count = (beats) => Object.values(beats ?? {}).reduce((sum, each) => sum + each, 0);

/** What goes with a session. */
export const sessionLosses = (session) => [
  `${formatDuration(session.duration_s)} of signal from ${formatDateTime(session.began_ms)} (${formatBytes(session.bytes)})`,
  `${formatNumber(count(session.beats))} beats with their names, all rhythms, events and trends of it`,
  ...(session.note ? [`the note “${session.note}”`] : []),
  ...(session.pinned ? ["It is pinned."] : []),
  "Recordings taken from it are kept. Nothing else can bring it back.",
];

/** What goes with a recording. */
export const recordingLosses = (recording) => [
  `the ECG of ${formatDateTime(recording.taken_ms)}, ${withUnit(recording.seconds, "s")}, and its result`,
  ...(recording.note ? [`the note “${recording.note}”`] : []),
  ...(recording.pinned ? ["It is pinned."] : []),
  "Nothing can bring it back.",
];
