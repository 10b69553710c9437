// Calling the support: the visitor says what will happen, then hears, line by line, what the caller hears.

import { act, announce, attempt, h, icon } from "./dom.js";
import { phoneNumber } from "./words.js";

const CHOICES = [
  ["talks", "Le technicien décroche", "Ils se parlent deux minutes."],
  ["speaks", "Personne ne répond : laisser un message", "Un enregistrement d’exemple, de huit secondes."],
  ["hangs_up", "Raccrocher sans rien dire", "L’appel est manqué."],
];
const CLOSED = "Bureau fermé : aucun téléphone ne sonne.";
const STATES = { rings: "Ça sonne…", screens: "Ça sonne…", presses: "En conversation", says: "L’annonce", beep: "Le message" };
const OVER = "Appel terminé";
const NOTE = "M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0a2.500 2.500 0 0 1 5 0ZM19 16a2.500 2.500 0 1 1-5 0a2.500 2.500 0 0 1 5 0Z";
const KEY = "M8 3h8a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3ZM10.500 9.500 12.500 8v8";
const WAVE = "M4 12h1M8 8v8M12 5v14M16 8v8M20 12h-1";

const $ = (id) => document.getElementById(id);

export class Caller {
  constructor(personOf) {
    this.personOf = personOf;
    this.call = null; // the id of the call that is shown
    this.lines = 0; // how much of it was heard
    $("call").addEventListener("click", () => this.#open());
    $("call-close").addEventListener("click", () => this.#close());
    $("call-sheet").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
    for (const [conduct, title, words] of CHOICES) {
      $("call-choices").append(
        h("button", { type: "button", "data-conduct": conduct, onclick: () => this.#dial(conduct) }, h("strong", {}, title), h("span", {}, words)),
      );
    }
  }

  render(view) {
    this.view = view;
    $("call-number").textContent = phoneNumber(view.cast.support.phone);
    const [conduct, , words] = CHOICES[0];
    const button = $("call-choices").querySelector(`[data-conduct=${conduct}]`);
    button.disabled = !view.snapshot.clock.isOpen;
    button.querySelector("span").textContent = button.disabled ? CLOSED : words;
    this.#hear();
  }

  #open() {
    this.before = null;
    this.call = null;
    this.#start();
    this.#show(true);
    $("call-state").textContent = "Comment se passe l’appel ?";
    $("call-choices").hidden = false;
    $("call-choices").querySelector("button:not(:disabled)").focus();
  }

  #close() {
    this.#show(false);
    $("call").focus();
  }

  #show(isOpen) {
    $("call-sheet").hidden = !isOpen;
    for (const part of $("call-sheet").parentElement.children) part.inert = isOpen && part !== $("call-sheet");
  }

  #start() {
    this.lines = 0;
    $("call-heard").replaceChildren();
    $("call-close").textContent = "Annuler";
    $("call-close").classList.remove("over");
  }

  async #dial(conduct) {
    $("call-choices").hidden = true;
    $("call-state").textContent = STATES.rings;
    $("call-close").textContent = "Fermer";
    $("call-close").focus();
    this.before = new Set(this.view.calls.map((call) => call.id));
    if (!(await attempt(() => act("/do/call", { person: this.personOf(), conduct })))) this.#close();
  }

  /** The call that comes of it shows in a view, before or after the server's answer; it goes on in the next ones. */
  #hear() {
    if ($("call-sheet").hidden || !this.before) return;
    const isMeant = (each) => (this.call === null ? !this.before.has(each.id) && each.person === this.personOf() : each.id === this.call);
    const call = this.view.calls.find(isMeant);
    if (!call) return;
    this.call = call.id;
    for (const line of call.heard.slice(this.lines)) this.#add(line);
  }

  #add(line) {
    this.lines += 1;
    $("call-heard").append(h("li", { class: `heard ${line.what}` }, LINES[line.what](line.text)));
    $("call-heard").scrollTop = $("call-heard").scrollHeight;
    $("call-state").textContent = STATES[line.what] ?? OVER;
    if (line.what !== "ends") return;
    $("call-close").classList.add("over");
    announce(`${OVER}. ${line.text}.`);
  }
}

const LINES = {
  rings: (text) => [icon(NOTE), text],
  screens: (text) => [text],
  presses: (text) => [icon(KEY), text],
  says: (text) => [h("q", {}, text)],
  beep: (text) => [icon(NOTE), text],
  ends: (text) => [icon(WAVE), text],
};
