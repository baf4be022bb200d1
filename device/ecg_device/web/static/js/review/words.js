/** Keeps what the page says in step with what it draws: title, readout, and the spoken description. */

import { setText } from "../frame.js";
import { beatText, descriptionOf, eventText, stretchText } from "./readout.js";
import { finest } from "./pieces.js";

const DESCRIBE_MS = 600; // a screen reader hears of a view once it rests

const element = (id) => document.getElementById(id);

export const createWords = (state) => {
  let timer = null;

  const readout = ({ beats }) => {
    const { chosenBeat, chosenEvent, clock } = state;
    if (chosenBeat) return beatText(chosenBeat, beats.findLast(({ sample }) => sample < chosenBeat.sample), clock);
    return chosenEvent ? eventText(chosenEvent, clock) : "";
  };

  const note = ({ view, width, pieces }, failed) => {
    const node = element("note");
    const bare = pieces.some(({ tile }) => tile === null);
    node.hidden = finest(view, width, pieces) || !(bare || failed);
    setText(node, failed ? "The appliance does not answer: trying again" : "Loading");
  };

  return {
    show(picture, { failed }) {
      setText(element("stretch"), stretchText(picture.view, state.clock));
      setText(element("readout"), readout(picture));
      note(picture, failed > 0);
      clearTimeout(timer);
      timer = setTimeout(() => setText(element("description"), descriptionOf(picture, state.clock)), DESCRIBE_MS);
    },
    title({ id, name, note: about }) {
      const text = `Session ${id} · ${about || name}`;
      setText(element("title"), text);
      document.title = `${text} · ecg-device`;
    },
  };
};
