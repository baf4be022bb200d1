/** One line for each alarm that was: from when it was raised until it ended, and whether it was seen. */

const withoutChange = ({ text, detail }) => text.replace(new RegExp(`: ${detail.change}$`), "");

/**
 * The alarms in a session's alarm events, the newest first: `sample` where each was raised (or where
 * the session begins to know of it), `ended` in samples or null, `acknowledged` or not.
 */
export const episodes = (events) => {
  const open = new Map();
  const found = [];
  for (const event of events) {
    const { id, priority, change } = event.detail;
    let episode = open.get(id);
    if (!episode || change === "raised") {
      episode = { id, priority, text: withoutChange(event), sample: event.sample, ended: null, acknowledged: false };
      open.set(id, episode);
      found.push(episode);
    }
    if (change === "acknowledged") episode.acknowledged = true;
    if (change === "ended") {
      episode.ended = event.sample;
      open.delete(id);
    }
  }
  return found.sort((one, other) => other.sample - one.sample);
};

/** How it went on, in words; `liveStop` is where a running session stands. */
export const course = ({ ended, sample, acknowledged }, session, duration) => {
  const open = session.live ? "still on" : "until the session's end";
  const lasted = ended === null ? open : `for ${duration((ended - sample) / session.rate_hz)}`;
  return acknowledged ? `${lasted}, acknowledged` : lasted;
};
