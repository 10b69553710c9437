// The client's phone: who holds it, SMS, WhatsApp or mail, the conversation, what they send.

import { act, attempt, follow, growing, h, icon, keyed, linked, personRadio, showBadge } from "./dom.js";
import { Caller } from "./call.js";
import { Mailbox } from "./mail.js";
import { dayKey, dayName, phoneNumber, time } from "./words.js";

const SUGGESTIONS = ["Bonjour, MediStory ne se lance plus", "Urgent : plus aucun Mac ne démarre", "Merci !"];
const ONE_TICK = "M5 12.5l4.5 4.5L19 7.5";
const TWO_TICKS = "M2.5 12.5l4 4.5 8-9.5M11 16l1 1 9-9.5";
const HANDSET = "M6.500 3.500 9 4l1.500 4.500L8.300 10.300a12 12 0 0 0 5.400 5.400l1.800-2.200L20 15l.5 2.500a2.500 2.500 0 0 1-2.700 3A16.500 16.500 0 0 1 3.500 6.200a2.500 2.500 0 0 1 3-2.700Z";
const NOT_ARRIVED = new Set(["failed", "undelivered"]);
const ON_THE_WAY = new Set(["accepted", "queued", "sending"]);

const $ = (id) => document.getElementById(id);

export class Phone {
  constructor(onchange) {
    this.onchange = onchange;
    this.person = null;
    this.channel = "sms";
    this.seen = new Map(); // person → how many messages of the support they have seen
    this.arrivals = 0;
    this.mailbox = new Mailbox();
    this.caller = new Caller(() => this.person);
    const put = growing($("client-text"), $("phone-form"));
    this.clear = () => put("");
    $("phone-form").addEventListener("submit", (event) => this.#submit(event));
    for (const radio of document.getElementsByName("channel")) {
      radio.addEventListener("change", () => this.#choose(this.person, radio.value));
    }
    for (const text of SUGGESTIONS) {
      $("phone-chips").append(h("button", { type: "button", onclick: () => this.#send(text) }, text));
    }
    this.#prepareAttaching();
  }

  render(view) {
    this.view = view;
    this.person ??= view.cast.people[0].id;
    const people = view.cast.people;
    if ($("people").childElementCount !== people.length) this.#buildPeople(people);
    $("phone").dataset.channel = this.channel;
    const isMail = this.channel === "mail";
    $("phone-number").textContent = isMail ? "par mail" : phoneNumber(view.cast.support[this.channel]);
    for (const part of ["phone-thread", "phone-chips", "phone-form"]) $(part).hidden = isMail;
    this.mailbox.render(view, this.person, isMail);
    this.caller.render(view);
    if (!isMail) this.#renderThread();
    this.#renderUnread();
  }

  #buildPeople(people) {
    const radios = people.map((person, index) =>
      personRadio({
        group: "person",
        value: person.id,
        name: person.name,
        note: person.client && person.client !== person.name ? `${person.role}, ${person.client}` : person.role,
        index,
        checked: person.id === this.person,
        onpick: (id) => this.#choose(id, this.channel),
      }),
    );
    $("people").replaceChildren(...radios);
  }

  #choose(person, channel) {
    this.person = person;
    this.channel = channel;
    $("phone-thread").replaceChildren();
    this.render(this.view);
    $("phone-thread").scrollTop = $("phone-thread").scrollHeight;
    this.onchange();
  }

  /** Messages a phone has: what it sent, and what reached it. */
  #messages(person) {
    return this.view.phone.filter((message) => message.person === person && !ON_THE_WAY.has(message.status));
  }

  #renderThread() {
    const thread = $("phone-thread");
    const isFirst = !thread.childElementCount;
    const calls = this.view.calls.filter((call) => call.isOver && call.person === this.person && this.channel === "sms");
    const shown = [...calls, ...this.#messages(this.person).filter((message) => message.channel === this.channel)].sort(byTime);
    const now = this.view.snapshot.clock.at;
    const items = withDays(shown, now);
    if (!items.length) items.push({ key: "empty", empty: this.channel });
    follow(thread, () => {
      const arrived = keyed(thread, items, (item) => item.key, (item) => this.#line(item));
      if (!isFirst) for (const key of arrived) thread.querySelector(`[data-key="${key}"]`)?.classList.add("arrives");
      return shown.some((each) => (each.from === "client" || each.ended) && arrived.includes(each.id));
    });
  }

  #line(item) {
    if (item.empty) {
      const place = item.empty === "sms" ? "par SMS" : "sur WhatsApp";
      return h("p", { class: "empty" }, `Rien encore ${place}.`, h("br"), "Écrivez comme un client, ou touchez un message tout prêt.");
    }
    if (item.day) return h("p", { class: "day" }, item.day);
    const { message } = item;
    if (message.ended) {
      return h("p", { class: "called" }, icon(HANDSET), h("span", {}, message.ended), h("span", { class: "called-at" }, time(message.at)));
    }
    if (NOT_ARRIVED.has(message.status)) {
      return h("p", { class: "lost" }, `Un message de l’assistance n’est pas arrivé (erreur ${message.error ?? "inconnue"}).`);
    }
    const mine = message.from === "client";
    return h(
      "div",
      { class: `bubble ${mine ? "mine" : "theirs"}` },
      h("span", { class: "sr" }, mine ? "Le client : " : "L’assistance : "),
      message.pictures.map((url) => h("img", { class: "picture", src: url, alt: "Photo envoyée", loading: "lazy" })),
      message.text && h("p", { class: "said" }, linked(message.text)),
      h("span", { class: "meta" }, time(message.at), mine && ticks(message)),
    );
  }

  #renderUnread() {
    let total = 0;
    for (const label of $("people").children) {
      const id = label.querySelector("input").value;
      const received = this.#messages(id).filter((message) => message.from === "support").length;
      if (id === this.person) this.seen.set(id, received);
      const unreadMails = this.mailbox.unread(id);
      const unread = received - (this.seen.get(id) ?? 0) + (id === this.person ? 0 : unreadMails);
      showBadge(label.querySelector(".badge"), unread);
      if (id === this.person) $("unread-mail").hidden = !unreadMails;
      total += received + this.mailbox.received(id);
    }
    this.arrivals = total;
  }

  // Sending

  #submit(event) {
    event.preventDefault();
    const text = $("client-text").value.trim();
    if (!text) return;
    this.clear();
    this.#send(text);
  }

  #send(text, sample = false) {
    const body = { person: this.person, channel: this.channel, text, sample };
    return attempt(() => act("/do/text", body));
  }

  #prepareAttaching() {
    const menu = $("attach-menu");
    const button = $("attach");
    const open = (isOpen) => {
      menu.hidden = !isOpen;
      button.setAttribute("aria-expanded", String(isOpen));
    };
    button.addEventListener("click", () => open(menu.hidden));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".attach")) open(false);
    });
    menu.parentElement.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      open(false);
      button.focus();
    });
    $("attach-sample").addEventListener("click", () => {
      open(false);
      const text = $("client-text").value.trim();
      this.clear();
      this.#send(text, true);
    });
    $("attach-file").addEventListener("click", () => {
      open(false);
      $("picture-file").click();
    });
    $("picture-file").addEventListener("change", () => this.#sendFile());
  }

  async #sendFile() {
    const [file] = $("picture-file").files;
    if (!file) return;
    const about = new URLSearchParams({ person: this.person, channel: this.channel, text: $("client-text").value.trim() });
    this.clear();
    await attempt(() => act(`/do/picture?${about}`, file, file.type || "application/octet-stream"));
    $("picture-file").value = "";
  }
}

function ticks(message) {
  if (message.channel === "sms") return h("span", { class: "receipt" }, message.taken ? "Distribué" : "Envoi…");
  return message.taken ? icon(TWO_TICKS, "distribué") : icon(ONE_TICK, "envoyé");
}

const byTime = (one, other) => Date.parse(one.at) - Date.parse(other.at);

function withDays(messages, now) {
  const items = [];
  let day = null;
  for (const message of messages) {
    if (dayKey(message.at) !== day) {
      day = dayKey(message.at);
      items.push({ key: `day-${day}`, day: dayName(message.at, now) });
    }
    items.push({ key: message.id, message });
  }
  return items;
}
