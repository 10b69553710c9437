// The technician's Telegram: cards with buttons, answers, commands, notices.

import { act, attempt, fileLink, follow, growing, h, icon, keyed, personRadio } from "./dom.js";
import { dayKey, dayName, time } from "./words.js";

const QUICK_ANSWERS = [
  "Bonjour, je m’en occupe, je vous rappelle dans dix minutes.",
  "Bonjour, redémarrez le Mac puis rouvrez MediStory, s’il vous plaît.",
];
const COMMANDS = [
  ["/tickets", "", "les tickets ouverts"],
  ["/ticket", "N", "revoir un ticket"],
  ["/prendre", "N", "je m’en occupe"],
  ["/repondre", "N texte", "écrire au client"],
  ["/note", "N texte", "une note interne"],
  ["/debut", "N", "début de l’intervention"],
  ["/fin", "N", "fin de l’intervention"],
  ["/clore", "N", "clore et compter"],
  ["/rouvrir", "N", "rouvrir un ticket clos"],
  ["/urgent", "N", "passer en urgent"],
  ["/normal", "N", "ce n’est pas urgent"],
  ["/rdv", "N date", "un rendez-vous est pris"],
  ["/appel", "client motif", "un appel est arrivé"],
  ["/tentative", "N", "appelé sans réponse"],
  ["/garde", "nom", "chez qui sonnent les appels"],
  ["/rattacher", "N client", "dire de qui il vient"],
  ["/bloquer", "N", "bloquer l’expéditeur"],
  ["/fusionner", "N M", "réunir deux tickets"],
  ["/sauvegarde", "N", "rappeler la sauvegarde"],
  ["/client", "nom", "la fiche d’un client"],
  ["/contact", "nom", "ses contacts"],
  ["/poste", "nom", "ses Mac, à cocher"],
  ["/changement", "nom", "ce qu’il a changé"],
  ["/quota", "nom", "ce qu’il lui reste"],
  ["/releve", "nom", "le relevé en PDF"],
  ["/contrat", "nom", "son contrat"],
  ["/paye", "nom", "un règlement reçu"],
  ["/denoncer", "nom date", "un préavis reçu"],
  ["/resilier", "nom date motif", "mettre fin au contrat"],
  ["/avenant", "nom", "convenir autrement"],
  ["/1314", "date lien", "la session 13-14"],
  ["/rapport", "mois", "les treize derniers mois"],
  ["/pourquoi", "N", "le délai et le décompte"],
  ["/recherche", "texte", "chercher dans les tickets"],
  ["/aide", "", "toutes les commandes"],
];
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "q", expandable_blockquote: "q" };
const BELL = "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15ZM10 21h4";
const BELL_OFF = "M8 7a6 6 0 0 1 10 4v4M6 11v6l-1.5 2H17M10 21h4M4 4l16 16";
const REPLY = "M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6";
const RING_MS = 900;
const TOAST_MS = 4500;

const $ = (id) => document.getElementById(id);

export class Desk {
  constructor() {
    this.technician = null;
    this.replyTo = null;
    this.heard = null; // toasts that were shown, or were there when the page was opened
    this.arrivals = 0;
    const put = growing($("desk-text"), $("desk-form"));
    this.put = put;
    this.commands = new CommandList($("desk-text"), $("commands"), (text) => put(text));
    $("desk-form").addEventListener("submit", (event) => this.#submit(event));
    $("replying-end").addEventListener("click", () => this.#reply(null));
    for (const text of QUICK_ANSWERS) {
      $("desk-chips").append(h("button", { type: "button", onclick: () => this.#say(text) }, text));
    }
  }

  render(view) {
    this.view = view;
    const { technicians } = view.cast;
    this.technician ??= technicians[0].id;
    if ($("technicians").childElementCount !== technicians.length) this.#buildTechnicians(technicians);
    $("desk-members").textContent = `${technicians.map((each) => each.name).join(", ")} et le robot`;
    this.commands.ticket = view.snapshot.tickets[0]?.number ?? null;
    this.#renderThread();
    this.#renderToasts();
    if (this.replyTo !== null && !view.desk.some((message) => message.id === this.replyTo)) this.#reply(null);
  }

  #buildTechnicians(technicians) {
    const radios = technicians.map((technician, index) =>
      personRadio({
        group: "technician",
        value: String(technician.id),
        name: technician.name,
        note: index ? "technicien" : "technicienne",
        index: index + 3,
        checked: technician.id === this.technician,
        onpick: (id) => this.#choose(Number(id)),
      }),
    );
    $("technicians").replaceChildren(...radios);
  }

  #choose(technician) {
    this.technician = technician;
    this.#reply(null);
    $("desk-thread").replaceChildren();
    this.#renderThread();
    $("desk-thread").scrollTop = $("desk-thread").scrollHeight;
  }

  #renderThread() {
    const thread = $("desk-thread");
    const isFirst = !thread.childElementCount;
    const seen = this.view.desk.filter((message) => message.private === null || message.private === this.technician);
    const items = this.#items(seen);
    follow(thread, () => {
      const arrived = new Set(keyed(thread, items, (item) => item.key, (item) => this.#line(item)));
      const fresh = isFirst ? [] : seen.filter((message) => arrived.has(String(message.id)));
      for (const message of fresh) thread.querySelector(`[data-key="${message.id}"]`)?.classList.add("arrives");
      this.#notice(fresh);
      return fresh.some((message) => message.from.id === this.technician);
    });
    this.arrivals = seen.filter((message) => message.from.isBot).length;
  }

  /** What a phone does when messages come in: it rings, and it asks for the answer the bot waits for. */
  #notice(fresh) {
    const fromBot = fresh.filter((message) => message.from.isBot);
    if (fromBot.some((message) => !message.silent)) ring();
    const question = fromBot.findLast((message) => message.forceReply);
    if (question) this.#reply(question.id);
  }

  #items(messages) {
    const items = [];
    let day = null;
    for (const message of messages) {
      if (dayKey(message.at) !== day) {
        day = dayKey(message.at);
        items.push({ key: `day-${day}`, day: dayName(message.at, this.view.snapshot.clock.at) });
      }
      items.push({ key: message.id, message, mine: message.from.id === this.technician });
    }
    if (!items.length) items.push({ key: "empty" });
    return items;
  }

  #line(item) {
    if (item.key === "empty") {
      return h("p", { class: "empty" }, "Le bureau est calme.", h("br"), "Dès qu’un client écrit, sa carte arrive ici.");
    }
    if (item.day) return h("p", { class: "day" }, item.day);
    const { message, mine } = item;
    const answered = message.replyTo === null ? null : this.view.desk.find((other) => other.id === message.replyTo);
    return h(
      "article",
      { class: `entry ${mine ? "mine" : "theirs"} ${message.buttons.length ? "has-buttons" : ""}` },
      h(
        "div",
        { class: "bubble" },
        h("strong", { class: `author ${message.from.isBot ? "bot" : ""}` }, message.from.name),
        message.private !== null && h("span", { class: "private" }, "en privé"),
        answered && h("div", { class: "quote" }, h("strong", {}, answered.from.name), h("span", {}, firstLine(answered.text))),
        message.picture && pictureLink(message),
        message.file && fileLink(message.file),
        message.sound && soundPlayer(message.sound),
        message.text && h("p", { class: "said" }, ...entityNodes(message.text, message.entities, (text) => this.put(`${text} `))),
        h("span", { class: "meta" }, this.#meta(message)),
      ),
      message.from.isBot &&
        h("button", { type: "button", class: "reply", onclick: () => this.#reply(message.id), "aria-label": `Répondre à : ${firstLine(message.text)}` }, icon(REPLY), h("span", {}, "Répondre")),
      message.buttons.length > 0 && h("div", { class: "keys" }, message.buttons.map((row) => this.#keyRow(message, row))),
    );
  }

  #meta(message) {
    const bell = message.silent ? icon(BELL_OFF, "arrivé sans sonner") : icon(BELL, "a sonné");
    return [message.edited && "modifié ", time(message.at), message.from.isBot && bell];
  }

  #keyRow(message, row) {
    return h("div", { class: "key-row" }, row.map((button) =>
      h("button", { type: "button", class: "key", onclick: (event) => this.#press(event.currentTarget, message, button) }, button.text),
    ));
  }

  async #press(key, message, button) {
    if (button.url) {
      window.open(button.url, "_blank", "noopener");
      return;
    }
    key.classList.add("waits");
    await attempt(() => act("/do/press", { technician: this.technician, message: message.id, data: button.data }));
    key.classList.remove("waits");
  }

  #reply(id) {
    this.replyTo = id;
    const message = id === null ? null : this.view.desk.find((each) => each.id === id);
    $("replying").hidden = !message;
    $("desk-chips").hidden = !message || message.forceReply === "other";
    if (!message) return;
    $("replying-to").textContent = `Réponse à ${message.from.name}`;
    $("replying-text").textContent = firstLine(message.text);
    $("desk-text").focus({ preventScroll: true });
  }

  #submit(event) {
    event.preventDefault();
    const text = $("desk-text").value.trim();
    if (!text) return;
    this.commands.close();
    this.put("");
    this.#say(text);
  }

  #say(text) {
    const reply_to = this.replyTo;
    this.#reply(null);
    return attempt(() => act("/do/say", { technician: this.technician, text, reply_to }));
  }

  #renderToasts() {
    const ids = this.view.toasts.map((toast) => toast.id);
    const fresh = this.heard ? this.view.toasts.filter((toast) => !this.heard.has(toast.id)) : [];
    this.heard = new Set(ids);
    for (const toast of fresh) {
      const box = h("p", { class: `toast ${toast.alert ? "alert" : ""}` }, toast.text);
      $("toasts").append(box);
      setTimeout(() => box.remove(), TOAST_MS);
    }
  }
}

function ring() {
  const desk = $("desk");
  desk.classList.remove("rings");
  void desk.offsetWidth; // starts the animation again
  desk.classList.add("rings");
  setTimeout(() => desk.classList.remove("rings"), RING_MS);
}

/** Small in the thread, whole in a tab of its own. */
function pictureLink(message) {
  const alt = firstLine(message.text) || "Photo du client";
  return h("a", { href: message.picture, target: "_blank", rel: "noopener" }, h("img", { class: "picture", src: message.picture, alt, loading: "lazy" }));
}

function soundPlayer(sound) {
  return h("audio", { class: "sound", src: sound.url, controls: true, preload: "metadata", "aria-label": `Écouter le message vocal, ${sound.seconds} secondes` });
}

const firstLine = (text) => text.split("\n").find((line) => line.trim()) ?? "";

/** A text with Telegram's entities as nodes, one within the other. Offsets are UTF-16 units, which JavaScript counts too. */
function entityNodes(text, entities, oncommand) {
  const outermost = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nested(text, outermost, 0, text.length, oncommand);
}

function nested(text, entities, start, end, oncommand) {
  const nodes = [];
  let at = start;
  for (let first = 0, next; first < entities.length; first = next) {
    const { offset, length } = entities[first];
    const stop = Math.min(offset + length, end);
    for (next = first + 1; next < entities.length && entities[next].offset < stop; ) next += 1;
    if (offset > at) nodes.push(document.createTextNode(text.slice(at, offset)));
    nodes.push(...wrap(nested(text, entities.slice(first + 1, next), offset, stop, oncommand), entities[first], text.slice(offset, stop), oncommand));
    at = stop;
  }
  if (end > at) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

function wrap(inner, entity, text, oncommand) {
  if (TAGS[entity.type]) return [h(TAGS[entity.type], {}, ...inner)];
  if (entity.type === "bot_command") {
    return [h("button", { type: "button", class: "command-link", onclick: () => oncommand(text) }, ...inner)];
  }
  if (entity.type === "text_link" && /^https?:/.test(entity.url)) {
    return [h("a", { href: entity.url, target: "_blank", rel: "noopener noreferrer" }, ...inner)];
  }
  return inner;
}

/** The list that opens on "/": arrows choose, Tab or Enter takes, Escape closes. */
class CommandList {
  constructor(field, list, put) {
    Object.assign(this, { field, list, put, ticket: null, chosen: 0, found: [] });
    field.addEventListener("input", () => this.#look());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  close() {
    this.found = [];
    this.#show();
  }

  #look() {
    const typed = this.field.value;
    this.found = /^\/\S*$/.test(typed) ? COMMANDS.filter(([name]) => name.startsWith(typed.toLowerCase())) : [];
    if (this.found.length === 1 && this.found[0][0] === typed && !this.found[0][1]) this.found = [];
    this.chosen = 0;
    this.#show();
  }

  #show() {
    this.list.hidden = !this.found.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.list.replaceChildren(...this.found.map((command, index) => this.#option(command, index)));
    if (this.list.hidden) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", `command-${this.chosen}`);
      this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
    }
  }

  #option([name, takes, meaning], index) {
    return h(
      "li",
      { role: "option", id: `command-${index}`, "aria-selected": String(index === this.chosen), onmousedown: (event) => this.#take(event, index) },
      h("strong", {}, name),
      " ",
      h("span", { class: "takes" }, takes),
      h("span", { class: "meaning" }, meaning),
    );
  }

  #key(event) {
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.chosen = (this.chosen + step + this.found.length) % this.found.length;
      this.#show();
    } else if (event.key === "Tab" || (event.key === "Enter" && this.found[this.chosen][0] !== this.field.value.trim())) {
      this.#take(event, this.chosen);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  #take(event, index) {
    event.preventDefault();
    const [name, takes] = this.found[index];
    const number = takes.startsWith("N") && this.ticket ? `${this.ticket}` : "";
    this.put([name, number].filter(Boolean).join(" ") + (takes && takes !== "N" ? " " : ""));
    this.close();
    this.field.focus();
  }
}
