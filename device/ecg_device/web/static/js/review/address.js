/** The view as an address that can be kept and handed on: `/review/7?at=123456&span=10`. */

/** What an address asks for: {at, spanS}; null where it says nothing that can be used. */
export const parseAddress = (search) => {
  const query = new URLSearchParams(search);
  return { at: number(query.get("at"), 0), spanS: number(query.get("span"), Number.MIN_VALUE) };
};

const number = (text, least) => {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) && value >= least ? value : null;
};

/** The query for a view: the sample in its middle, and how many seconds it shows. */
export const addressOf = (view, rateHz) => {
  const at = Math.max(0, Math.round(view.from + view.span / 2));
  return `?at=${at}&span=${Number((view.span / rateHz).toFixed(3))}`;
};

const WAIT_MS = 250; // browsers refuse to rewrite the address on every frame

/** Keeps the address in step with the view without growing the history. */
export const createAddressKeeper = (rateHz) => {
  let timer = null;
  return (view) => {
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", addressOf(view, rateHz)), WAIT_MS);
  };
};
