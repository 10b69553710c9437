// The few things a page without a framework needs: elements, keyed lists, requests. Text only ever becomes text nodes.

import { size } from "./words.js";

/** h("p", {class: "x", onclick: f, "aria-label": "…"}, "text", node, null): a new element. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

const LINK = /(https?:\/\/[^\s<>"]+)/;

/** A text as a phone shows it: its links can be touched, and nothing else in it is more than text. */
export function linked(text) {
  return text.split(LINK).map((piece, index) =>
    index % 2 ? h("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece) : piece,
  );
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon from one path of a 24 × 24 drawing; `label` is for those who cannot see it. */
export function icon(path, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const PAPER = "M7 3h7l5 5v13H7ZM14 3v5h5M10 13h6M10 17h6";
const SHOWN = /\.(pdf|csv|png|jpe?g|gif|webp)$/i;

/** A file to open, or to save where a browser cannot show it. */
export function fileLink(file) {
  const kind = file.name.includes(".") ? file.name.split(".").pop().toUpperCase() : "Fichier";
  const how = SHOWN.test(file.name) ? { target: "_blank", rel: "noopener" } : { download: file.name };
  return h(
    "a",
    { class: "file", href: file.url, ...how },
    h("span", { class: "file-mark" }, icon(PAPER)),
    h("span", { class: "file-words" }, h("strong", {}, file.name), h("span", {}, `${kind} · ${size(file.bytes)}`)),
  );
}

/** Make `list` show `items` in order; rebuild only what changed, keep the focus. Returns the keys that are new. */
export function keyed(list, items, keyOf, build) {
  const standing = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const arrived = [];
  let previous = null;
  for (const item of items) {
    const key = String(keyOf(item));
    const sign = JSON.stringify(item);
    let node = standing.get(key);
    standing.delete(key);
    if (!node || node.sign !== sign) {
      const fresh = build(item);
      fresh.dataset.key = key;
      fresh.sign = sign;
      if (node) replaceKeepingFocus(node, fresh);
      else arrived.push(key);
      node = fresh;
    }
    const next = previous ? previous.nextSibling : list.firstChild;
    if (node !== next) list.insertBefore(node, next);
    previous = node;
  }
  for (const leftover of standing.values()) leftover.remove();
  return arrived;
}

function replaceKeepingFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const place = focused ? [...old.querySelectorAll("button")].indexOf(focused) : -1;
  old.replaceWith(fresh);
  if (!focused) return;
  const buttons = fresh.querySelectorAll("button");
  (buttons[place] ?? buttons[0] ?? fresh.closest("[tabindex]"))?.focus({ preventScroll: true });
}

export class Refused extends Error {}

/** Ask the server to do something; a refusal's sentence comes as `Refused`. */
export async function act(path, body, type = "application/json") {
  const content = type === "application/json" ? JSON.stringify(body) : body;
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers: { "Content-Type": type }, body: content });
  } catch {
    throw new Refused("La démonstration ne répond plus : est-elle encore lancée ?");
  }
  if (!answer.ok) {
    const { problem } = await answer.json().catch(() => ({}));
    throw new Refused(problem ?? "Cela n’a pas marché.");
  }
}

let noticeTimer;
export function notice(sentence) {
  const box = document.getElementById("notice");
  box.textContent = sentence;
  box.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (box.hidden = true), 6000);
}

/** Run an action; say what was refused. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    notice(error.message);
    return false;
  }
}

export function announce(sentence) {
  document.getElementById("announce").textContent = sentence;
}

/** A thread stays at its end unless the reader has scrolled up; a message of one's own always shows. */
export function follow(thread, change) {
  const wasAtEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  const mustShow = change();
  if (wasAtEnd || mustShow) thread.scrollTop = thread.scrollHeight;
}

/** A text field that grows with its text, and sends on Enter. */
export function growing(field, form) {
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 132)}px`;
  };
  field.addEventListener("input", fit);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !event.defaultPrevented) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return (text) => {
    field.value = text;
    fit();
  };
}

/** The initials of a name, without the title: "Dr Anne Morel" is "AM". */
export function initials(name) {
  return name
    .replace(/^Dr /, "")
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0])
    .join("")
    .toUpperCase();
}

/** One radio of a row of people. */
export function personRadio({ group, value, name, note, index, checked, onpick }) {
  return h(
    "label",
    { class: "person", title: `${name}, ${note}` },
    h("input", { type: "radio", name: group, value, checked, onchange: () => onpick(value) }),
    h("span", { class: `avatar tint-${index % 6}`, "aria-hidden": "true" }, initials(name)),
    h("span", { class: "person-name" }, h("span", {}, name), h("small", {}, note)),
    h("span", { class: "badge", hidden: true }),
  );
}

export function showBadge(badge, count) {
  badge.hidden = !count;
  badge.textContent = count > 9 ? "9+" : String(count);
  badge.setAttribute("aria-label", `${count} non ${count > 1 ? "lus" : "lu"}`);
}
