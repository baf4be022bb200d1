/** What belongs to this screen, not to the appliance: its size in mm, speed, gain, theme, filter, sound. */

const KEY = "ecg-display";
const MM_PER_INCH = 25.4;

export const SPEEDS_MM_S = [6.25, 12.5, 25, 50];
export const GAINS_MM_MV = [2.5, 5, 10, 20, 40];
export const BANDS = ["off", "monitor"];
export const NOTCHES_HZ = [0, 50, 60];
export const THEMES = ["night", "paper"];

/** CSS pixels per mm of screens that are known: pixels over the active area's millimetres. */
export const PRESETS = {
  generic: { name: "Any screen (96 pixels per inch)", x: 96 / MM_PER_INCH, y: 96 / MM_PER_INCH },
  "7in-800x480": { name: "7 inch, 800 × 480 (Raspberry Pi Touch Display)", x: 5.19, y: 5.59 },
  "7in-1024x600": { name: "7 inch, 1024 × 600", x: 6.64, y: 6.98 },
  "7in-1280x720": { name: "7 inch, 1280 × 720 (Touch Display 2, lying)", x: 1280 / 156, y: 720 / 87 },
  "7in-720x1280": { name: "7 inch, 720 × 1280 (Touch Display 2, upright)", x: 720 / 87, y: 1280 / 156 },
  "5in-1280x720": { name: "5 inch, 1280 × 720, lying", x: 1280 / 110, y: 720 / 62 },
  "5in-720x1280": { name: "5 inch, 720 × 1280, upright", x: 720 / 62, y: 1280 / 110 },
  phone: { name: "Phone, about 6 pixels per mm", x: 6.05, y: 6.05 },
  ruler: { name: "Measured here with a ruler", x: null, y: null },
};

const DEFAULTS = {
  preset: "generic", pxPerMmX: PRESETS.generic.x, pxPerMmY: PRESETS.generic.y,
  measured: false, // whether somebody has chosen or measured the screen: else the caption says "about"
  speed: 25, gain: 10, theme: "night", band: "monitor", notch: 0, sound: false,
};

const listeners = new Set();

/** The settings of this screen, complete and within what is possible. */
export const loadDisplay = () => Object.freeze(checked({ ...DEFAULTS, ...guessed(), ...stored() }));

/** Change some settings; every listener hears of it, in other windows of this screen too. */
export const saveDisplay = (changes) => {
  const settings = checked({ ...loadDisplay(), ...changes });
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // a private window may forbid it: the settings hold until the page is left
  }
  announce(Object.freeze(settings));
};

/** Take the geometry of a preset (not "ruler"). */
export const choosePreset = (preset) =>
  saveDisplay({ preset, pxPerMmX: PRESETS[preset].x, pxPerMmY: PRESETS[preset].y, measured: true });

/** A line of so many pixels was measured as so many mm, across and down. */
export const calibrate = (pixels, mmX, mmY) =>
  saveDisplay({ preset: "ruler", pxPerMmX: pixels / mmX, pxPerMmY: pixels / mmY, measured: true });

/** Call `listener(settings)` at each change; returns how to stop. */
export const onDisplayChange = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const announce = (settings) => {
  document.documentElement.dataset.theme = settings.theme;
  for (const listener of listeners) listener(settings);
};

const stored = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
};

const guessed = () => {
  const preset = { "800x480": "7in-800x480", "1024x600": "7in-1024x600" }[`${screen.width}x${screen.height}`]
    ?? (Math.min(screen.width, screen.height) < 500 ? "phone" : "generic");
  return { preset, pxPerMmX: PRESETS[preset].x, pxPerMmY: PRESETS[preset].y };
};

const oneOf = (value, choices, fallback) => (choices.includes(value) ? value : fallback);
const within = (value, low, high, fallback) => (value >= low && value <= high ? value : fallback);

const checked = (wished) => ({
  ...wished,
  preset: oneOf(wished.preset, Object.keys(PRESETS), DEFAULTS.preset),
  pxPerMmX: within(wished.pxPerMmX, 1, 40, DEFAULTS.pxPerMmX),
  pxPerMmY: within(wished.pxPerMmY, 1, 40, DEFAULTS.pxPerMmY),
  speed: oneOf(wished.speed, SPEEDS_MM_S, DEFAULTS.speed),
  gain: oneOf(wished.gain, GAINS_MM_MV, DEFAULTS.gain),
  theme: oneOf(wished.theme, THEMES, DEFAULTS.theme),
  band: oneOf(wished.band, BANDS, DEFAULTS.band),
  notch: oneOf(wished.notch, NOTCHES_HZ, DEFAULTS.notch),
});

globalThis.addEventListener?.("storage", (event) => {
  if (event.key === KEY) announce(loadDisplay());
});
