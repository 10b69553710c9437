// Between the two phones: the clock, the ticket with its 48 hours, and what the contract has left.

import { act, announce, attempt, h, keyed } from "./dom.js";
import { OUTCOMES, RECONTACTS, STATES, dayAndTime, duration, longDate, milestoneName, moment, plural, shortDay, time } from "./words.js";

const NBSP = "\u00a0";
const $ = (id) => document.getElementById(id);

export class Strip {
  constructor(chosenPerson) {
    this.chosenPerson = chosenPerson;
    this.picked = null;
    this.latest = null;
    this.balances = new Map();
    for (const button of document.querySelectorAll(".clock-moves button")) {
      button.addEventListener("click", () => this.#move(button));
    }
    setInterval(() => this.#tick(), 1000);
  }

  render(view) {
    this.view = view;
    this.receivedAt = performance.now();
    this.#renderClock();
    this.#renderTicket();
    this.#renderBalance();
  }

  // The clock

  now() {
    return new Date(Date.parse(this.view.snapshot.clock.at) + performance.now() - this.receivedAt);
  }

  #tick() {
    if (this.view) this.#renderFace();
  }

  #renderFace() {
    const now = this.now();
    $("clock-date").textContent = window.innerWidth < 820 ? shortDay(now) : longDate(now);
    $("clock-time").textContent = time(now);
  }

  #renderClock() {
    this.#renderFace();
    const { clock, placed } = this.view.snapshot;
    const office = $("clock-office");
    office.textContent = clock.isOpen
      ? `Bureau ouvert jusqu’à ${time(clock.closesAt)}`
      : `Bureau fermé, ouvre ${moment(clock.opensAt, clock.at)}`;
    office.dataset.open = String(clock.isOpen);
    const toReminder = document.querySelector("[data-to=next-reminder]");
    const next = clock.nextReminder;
    toReminder.disabled = !next;
    toReminder.title = next ? `${milestoneName(next.name)}, ticket ${next.ticket} : ${dayAndTime(next.at)}` : "Aucun rappel n’est prévu.";
    $("clock-note").hidden = !placed || this.view.moved;
    $("clock-note").textContent = "Le bureau est fermé en ce moment : la démonstration commence au matin ouvré suivant.";
  }

  async #move(button) {
    const body = button.dataset.minutes ? { minutes: Number(button.dataset.minutes) } : { to: button.dataset.to };
    button.classList.add("waits");
    const isDone = await attempt(() => act("/do/clock", body));
    button.classList.remove("waits");
    if (isDone) setTimeout(() => announce(`Il est maintenant ${dayAndTime(this.now())}.`), 300);
  }

  // The ticket

  #ticket() {
    const { tickets } = this.view.snapshot;
    if (tickets[0]?.number !== this.latest) {
      this.latest = tickets[0]?.number ?? null;
      this.picked = null; // a ticket that comes or stirs is what one wants to see
    }
    return tickets.find((ticket) => ticket.number === this.picked) ?? tickets[0] ?? null;
  }

  #renderTicket() {
    const ticket = this.#ticket();
    const { tickets, clock } = this.view.snapshot;
    const picks = tickets.length > 1 ? [...tickets].sort((a, b) => a.number - b.number).slice(-6) : [];
    keyed($("ticket-pick"), picks.map((each) => ({ number: each.number, on: each === ticket })), (each) => each.number, (each) =>
      h("button", { type: "button", "aria-pressed": String(each.on), onclick: () => this.#pick(each.number) }, `${each.number}`),
    );
    const shown = ticket ? [ticketView(ticket, clock)] : [h("p", { class: "nothing" }, "Aucun ticket : personne n’a encore écrit.")];
    $("ticket").replaceChildren(...shown);
  }

  #pick(number) {
    this.picked = number;
    this.render(this.view);
  }

  // The balance

  #renderBalance() {
    const { balances } = this.view.snapshot;
    const ticket = this.#ticket();
    const person = this.view.cast.people.find((each) => each.id === this.chosenPerson());
    const client = ticket ? ticket.client : (person?.client ?? null);
    const balance = client ? balances[client] : null;
    const sign = JSON.stringify([client, balance]);
    if (sign === this.balanceSign) return;
    this.balanceSign = sign;
    const before = this.balances.get(client) ?? balance?.used;
    if (balance) this.balances.set(client, balance.used);
    $("balance").replaceChildren(...balanceNodes(client, balance, before ?? 0));
  }
}

function ticketView(ticket, clock) {
  const urgent = ticket.urgent && h("span", { class: "pill urgent" }, "urgent");
  const state = ticket.state === "closed" ? `clos : ${OUTCOMES[ticket.outcome] ?? "sans suite"}` : STATES[ticket.state];
  return h(
    "div",
    { class: "ticket-body", "data-state": ticket.state, "data-late": String(isLate(ticket)) },
    h("p", { class: "ticket-head" }, h("strong", { class: "ticket-number" }, `n°${NBSP}${ticket.number}`), h("span", { class: `pill ${ticket.state}` }, state), urgent),
    h("p", { class: "ticket-who" }, [ticket.contact, ticket.client !== ticket.contact && ticket.client].filter(Boolean).join(" · ") || "Expéditeur non identifié"),
    bar(ticket, clock),
    h("p", { class: "ticket-left" }, ...leftWords(ticket, clock)),
  );
}

const isLate = (ticket) => ticket.leftMinutes < 0 && !ticket.recontactedAt && ticket.state !== "closed";

function bar(ticket, clock) {
  const share = Math.min(1, ticket.share);
  const fill = h("span", { class: "bar-fill" });
  fill.style.setProperty("width", `${(share * 100).toFixed(2)}%`);
  const marks = ticket.milestones
    .filter((milestone) => milestone.share !== null)
    .map((milestone) => {
      const words = `${milestoneName(milestone.name)}, ${moment(milestone.at, clock.at)}`;
      const mark = h("span", { class: "bar-mark", "data-state": milestone.state, title: words });
      mark.style.setProperty("left", `${milestone.share * 100}%`);
      return mark;
    });
  const words = `${Math.round(share * 100)}${NBSP}% du délai de recontact écoulés`;
  return h("div", { class: "bar", role: "img", "aria-label": words }, h("span", { class: "bar-track" }, fill), marks);
}

function leftWords(ticket, clock) {
  if (ticket.state === "closed") {
    const counted = ticket.units ? `${plural(ticket.units, "unité")} comptée${ticket.units > 1 ? "s" : ""}` : "rien n’est compté";
    return [h("strong", {}, `Clos ${whenWords(ticket.closedAt, clock.at)}`), h("span", {}, counted)];
  }
  if (ticket.recontactedAt) {
    const speed = ticket.takenMinutes < 1 ? "aussitôt" : `en ${duration(ticket.takenMinutes)} ouvrées`;
    return [h("strong", {}, "Recontacté"), h("span", {}, speed, h("span", { class: "long" }, ` ${RECONTACTS[ticket.recontactedBy] ?? ""}`))];
  }
  const left = `${isLate(ticket) ? "En retard de" : "Reste"} ${duration(ticket.leftMinutes)}`;
  return [
    h("strong", {}, left, h("span", { class: "long" }, " ouvrées")),
    h("span", {}, h("span", { class: "long" }, "échéance "), moment(ticket.dueAt, clock.at)),
  ];
}

const whenWords = (at, now) => moment(at, now).replace(/^(?=\d)/, "à ");

function balanceNodes(client, balance, usedBefore) {
  if (!client) return [h("p", { class: "nothing" }, "Ce numéro n’est rattaché à aucun contrat.")];
  if (!balance) return [h("p", { class: "balance-who" }, client), h("p", { class: "nothing" }, "Aucun contrat en cours.")];
  if (!balance.counted) {
    return [h("p", { class: "balance-who" }, client), h("p", { class: "nothing" }, "Contrat individuel : chaque intervention est tracée, aucune n’est décomptée.")];
  }
  const cells = Array.from({ length: Math.max(balance.allowance, balance.used) }, (_, index) => {
    const kind = index >= balance.allowance ? "beyond" : index < balance.used ? "used" : "left";
    return h("span", { class: `cell ${kind} ${index >= usedBefore && index < balance.used ? "fresh" : ""}` });
  });
  const words = balance.left >= 0 ? `${balance.left} sur ${plural(balance.allowance, "unité")}` : `${plural(-balance.left, "unité")} hors forfait`;
  return [
    h("p", { class: "balance-who" }, client),
    h("div", { class: "cells", role: "img", "aria-label": `${balance.used} utilisées, ${balance.left} restantes` }, cells),
    h("p", { class: "balance-left" }, h("strong", {}, words), balance.left >= 0 && h("span", { class: "long" }, " restent")),
  ];
}
