/**
 * A bounded store of what was fetched. A few requests fly at once; those that the view has
 * outrun are aborted; what was used longest ago goes first when the budget is full.
 */

const RETRY_MS = 2000;

/**
 * `load(tile, signal)` answers {stop, cost, ...}: `stop` is the sample up to which it knew.
 * `changed()` is called when something came or may be asked for again.
 */
export const createTiles = ({ load, changed, atMost = 4, budget = 1_500_000 }) => {
  const held = new Map();
  const flying = new Map();
  const failedAt = new Map();
  let wanted = [];
  let cost = 0;

  /** A tile at the growing end of a live session is fetched again when it lacks a whole bin. */
  const lacks = (tile) => {
    const value = held.get(tile.key);
    return !value || value.stop + tile.patience <= tile.known;
  };
  const resting = (tile) => performance.now() - (failedAt.get(tile.key) ?? -Infinity) < RETRY_MS;

  const keep = (key, value) => {
    cost += value.cost - (held.get(key)?.cost ?? 0);
    held.delete(key);
    held.set(key, value);
    const needed = new Set(wanted.map((tile) => tile.key));
    for (const [old, { cost: freed }] of held) {
      if (cost <= budget) return;
      if (!needed.has(old)) {
        held.delete(old);
        cost -= freed;
      }
    }
  };

  const fail = (key, error) => {
    if (error.name === "AbortError") return;
    failedAt.set(key, performance.now());
    setTimeout(changed, RETRY_MS);
  };

  const fly = (tile) => {
    const control = new AbortController();
    flying.set(tile.key, control);
    load(tile, control.signal)
      .then((value) => {
        failedAt.delete(tile.key);
        keep(tile.key, value);
      })
      .catch((error) => fail(tile.key, error))
      .finally(() => {
        if (flying.get(tile.key) === control) flying.delete(tile.key);
        launch();
        changed();
      });
  };

  const launch = () => {
    for (const tile of wanted) {
      if (flying.size >= atMost) return;
      if (!flying.has(tile.key) && lacks(tile) && !resting(tile)) fly(tile);
    }
  };

  const abortOutrun = () => {
    const keys = new Set(wanted.map((tile) => tile.key));
    for (const [key, control] of flying) {
      if (!keys.has(key)) {
        flying.delete(key);
        control.abort();
      }
    }
  };

  return {
    /** Says what is needed from now on, most urgent first. */
    want(tiles) {
      wanted = tiles;
      abortOutrun();
      for (const { key } of tiles) {
        const value = held.get(key);
        if (value) {
          held.delete(key);
          held.set(key, value);
        }
      }
      launch();
    },
    get: (key) => held.get(key),
    /** What there is to know about it: for the status line and for tests. */
    state: () => ({ cost, held: held.size, flying: flying.size, failed: failedAt.size }),
    close() {
      wanted = [];
      abortOutrun();
    },
  };
};
