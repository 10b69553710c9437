// The guided visit: four steps that tick themselves off as the visitor does them.

import { h } from "./dom.js";

const STEPS = [
  ["Écrivez", "Depuis le téléphone du client, envoyez un message, ou appelez.", "phone", (view) => view.calls.length > 0 || [...view.phone, ...view.mail].some((message) => message.from === "client")],
  ["Répondez", "Chez le technicien, touchez « Répondre » sur la carte et écrivez : le délai s’arrête.", "desk", (view) => view.snapshot.tickets.some((ticket) => ticket.recontactedAt)],
  ["Clôturez", "Touchez « Clore » et suivez les questions : vous verrez ce qui sera compté.", "desk", (view) => view.snapshot.tickets.some((ticket) => ticket.state === "closed")],
  ["Avancez l’heure", "Envoyez un autre message, puis allez jusqu’au prochain rappel.", "strip", (view) => view.snapshot.tickets.some((ticket) => ticket.milestones.some((milestone) => milestone.state === "sent"))],
];
const KEPT = "permanence-visite-fermee";
const $ = (id) => document.getElementById(id);

export class Tour {
  constructor() {
    this.isClosed = read();
    $("tour-close").addEventListener("click", () => this.#close(true));
    $("tour-open").addEventListener("click", () => this.#close(false));
  }

  render(view) {
    this.view = view;
    $("tour").hidden = this.isClosed;
    $("tour-open").hidden = !this.isClosed;
    const done = STEPS.map(([, , , isDone]) => isDone(view));
    const current = this.isClosed ? -1 : done.indexOf(false);
    const sign = JSON.stringify([this.isClosed, done]);
    if (sign === this.sign) return;
    this.sign = sign;
    for (const place of ["phone", "desk", "strip"]) $(place).classList.toggle("pointed", STEPS[current]?.[2] === place);
    $("tour-steps").replaceChildren(...STEPS.map(([title], index) => step(title, index, done[index], index === current)));
    $("tour-hint").textContent = STEPS[current]?.[1] ?? "Vous avez tout vu. « Recommencer » remet tout à zéro.";
  }

  #close(isClosed) {
    this.isClosed = isClosed;
    try {
      localStorage.setItem(KEPT, isClosed ? "1" : "");
    } catch {
      // a browser that keeps nothing shows the visit again next time
    }
    this.render(this.view);
    (isClosed ? $("tour-open") : $("tour-close")).focus();
  }
}

function step(title, index, isDone, isCurrent) {
  return h(
    "li",
    { class: isDone ? "done" : isCurrent ? "current" : "later", "aria-current": isCurrent ? "step" : null },
    h("span", { class: "tour-number", "aria-hidden": "true" }, isDone ? "✓" : String(index + 1)),
    h("span", { class: "tour-name" }, title, isDone && h("span", { class: "sr" }, " (fait)")),
  );
}

function read() {
  try {
    return localStorage.getItem(KEPT) === "1";
  } catch {
    return false;
  }
}
