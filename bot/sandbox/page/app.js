// The page: it shows each view the server sends, and knows nothing that is not in one.

import { act, attempt, showBadge } from "./dom.js";
import { Desk } from "./desk.js";
import { Phone } from "./phone.js";
import { Strip } from "./strip.js";
import { Tour } from "./tour.js";

const $ = (id) => document.getElementById(id);

let view = null;
const phone = new Phone(() => view && strip.render(view));
const desk = new Desk();
const strip = new Strip(() => phone.person);
const tour = new Tour();
const panes = { phone: { device: $("phone"), tab: $("tab-phone"), badge: $("unread-phone"), part: phone, seen: 0 }, desk: { device: $("desk"), tab: $("tab-desk"), badge: $("unread-desk"), part: desk, seen: 0 } };

function show(next) {
  view = next;
  phone.render(view);
  desk.render(view);
  strip.render(view);
  tour.render(view);
  showUnread();
}

// Two phones beside each other, or one at a time on a narrow screen: tabs, or a swipe

const narrow = window.matchMedia("(max-width: 819px)");
let front = "phone";

function turnTo(name) {
  $("phones").scrollTo({ left: panes[name].device.offsetLeft - $("phones").offsetLeft });
}

function showUnread() {
  for (const [name, pane] of Object.entries(panes)) {
    pane.tab.setAttribute("aria-selected", String(name === front));
    pane.tab.tabIndex = name === front ? 0 : -1;
    if (!narrow.matches || name === front || pane.part.arrivals < pane.seen) pane.seen = pane.part.arrivals;
    showBadge(pane.badge, pane.part.arrivals - pane.seen);
    pane.device.inert = narrow.matches && name !== front;
  }
}

for (const [name, pane] of Object.entries(panes)) {
  pane.tab.addEventListener("click", () => turnTo(name));
  pane.tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = name === "phone" ? "desk" : "phone";
    turnTo(other);
    panes[other].tab.focus();
  });
}
$("phones").addEventListener("scroll", () => {
  const { scrollLeft, clientWidth } = $("phones");
  const now = scrollLeft > clientWidth / 2 ? "desk" : "phone";
  if (now === front) return;
  front = now;
  showUnread();
}, { passive: true });
narrow.addEventListener("change", showUnread);

$("restart").addEventListener("click", () => attempt(() => act("/do/restart", {})));

// The line to the server; the browser takes it up again by itself

const events = new EventSource("/events");
events.addEventListener("view", (event) => show(JSON.parse(event.data)));
events.addEventListener("open", () => ($("link-state").textContent = ""));
events.addEventListener("error", () => ($("link-state").textContent = "Reconnexion…"));
