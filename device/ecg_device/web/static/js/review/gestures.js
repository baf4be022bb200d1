/**
 * Fingers, mouse and wheel on the plot, as wishes: pan(px), zoom(factor, x), tap(x, y).
 * One pointer drags, two pinch, the wheel pans, and zooms with Ctrl.
 */

const TAP_PX = 8;
const WHEEL_ZOOM = 0.0022; // a notch of 120 changes the span by about a third
const LINE_PX = 40; // wheels that count in lines

export const listenToGestures = (element, wish) => {
  const pointers = new Map();
  let drag = null;
  let pinch = null;

  const at = (event) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const begin = () => {
    const places = [...pointers.values()];
    drag = places.length === 1 ? { ...places[0], x0: places[0].x, y0: places[0].y, moved: false } : null;
    pinch = places.length === 2 ? spread(places) : null;
  };

  const down = (event) => {
    if (event.button !== 0 || event.target.closest(".handle, button")) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    begin();
  };

  const move = (event) => {
    if (!pointers.has(event.pointerId)) return;
    const place = at(event);
    pointers.set(event.pointerId, place);
    if (pinch) followPinch();
    else if (drag) followDrag(place);
  };

  const followDrag = (place) => {
    drag.moved ||= Math.hypot(place.x - drag.x0, place.y - drag.y0) > TAP_PX;
    if (!drag.moved) return;
    wish.pan(drag.x - place.x);
    drag.x = place.x;
  };

  const followPinch = () => {
    const now = spread([...pointers.values()]);
    wish.zoom(pinch.apart / Math.max(now.apart, 1), now.x);
    wish.pan(pinch.x - now.x);
    pinch = now;
  };

  const up = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (drag && !drag.moved && event.type === "pointerup") wish.tap(drag.x0, drag.y0);
    begin();
    if (drag) drag.moved = true; // what is left of a pinch is no tap
  };

  const wheel = (event) => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    if (event.ctrlKey) wish.zoom(Math.exp(event.deltaY * unit * WHEEL_ZOOM), at(event).x);
    else wish.pan((event.deltaX || event.deltaY) * unit);
  };

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("wheel", wheel, { passive: false });
};

const spread = ([a, b]) => ({ apart: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2 });
