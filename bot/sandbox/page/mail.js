// A client's mailbox: what came and went, one mail to read, one to write. Each person keeps their place and their draft.

import { act, announce, attempt, fileLink, h, icon, keyed, linked, notice } from "./dom.js";
import { dayAndTime, dayKey, shortDay, size, time, whole } from "./words.js";

const MAX_FILE_BYTES = 10 * 1024 * 1024;
const READY = [
  ["Scanner en panne", "ScanSnap ne numérise plus", "Bonjour,\n\nDepuis ce matin le ScanSnap du secrétariat ne numérise plus : son bouton clignote en orange.\n\nPouvez-vous nous rappeler ?"],
  ["Urgence", "Urgent : MediStory ne s’ouvre plus", "Bonjour,\n\nMediStory ne s’ouvre plus sur aucun poste, et la salle d’attente est pleine."],
];
const STATES = { taken: "Distribué", waiting: "En attente", refused: "Refusé par le serveur de l’assistance" };
const QUOTATION = /^Le .{8,240}\sa\sécrit\s?:$/ms;
const CLIP = "M19 11.500l-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400L13 4.700a3 3 0 0 1 4.300 4.300L9.500 16.800a1.500 1.500 0 0 1-2.100-2.100l6.800-6.800";
const SENT = "M5 12h13M13 6.500l5.500 5.500-5.500 5.500";

const $ = (id) => document.getElementById(id);
const blank = () => ({ answers: null, subject: "", text: "", sample: false, file: null });

export class Mailbox {
  constructor() {
    this.person = null;
    this.places = new Map(); // person → {mode: "list" | "read" | "write", id, draft}
    this.opened = new Set(); // mails that were looked at
    this.known = null; // mails that were there at the last look
    $("mail-new").addEventListener("click", () => this.#write(blank()));
    $("mail-back").addEventListener("click", () => this.#list());
    $("mail-reply").addEventListener("click", () => this.#answer());
    $("mail-cancel").addEventListener("click", () => this.#leave());
    $("mail-form").addEventListener("submit", (event) => this.#send(event));
    $("mailbox").addEventListener("keydown", (event) => this.#escape(event));
    for (const [field, name] of [["mail-subject", "subject"], ["mail-text", "text"]]) {
      $(field).addEventListener("input", () => (this.#draft()[name] = $(field).value));
    }
    for (const [label, subject, text] of READY) {
      $("mail-chips").append(h("button", { type: "button", onclick: () => this.#write({ ...blank(), subject, text: this.#signed(text) }) }, label));
    }
    $("mail-attach").addEventListener("click", () => $("mail-file").click());
    $("mail-file").addEventListener("change", () => this.#attach());
    $("mail-sample").addEventListener("click", () => this.#change({ sample: true }));
  }

  render(view, person, isShown) {
    if (this.view && view.mail.length < this.view.mail.length) this.#forget(); // everything begins again
    this.view = view;
    this.person = person;
    $("mailbox").hidden = !isShown;
    if (isShown) {
      this.#hear();
      this.#show();
    }
    this.known = new Set(view.mail.map(keyOf));
  }

  /** How many mails of the support this person has not opened. */
  unread(person) {
    return this.#received(person).filter((mail) => !this.opened.has(keyOf(mail))).length;
  }

  received(person) {
    return this.#received(person).length;
  }

  #forget() {
    this.places.clear();
    this.opened.clear();
    this.known = null;
  }

  #received(person) {
    return this.view.mail.filter((mail) => mail.person === person && mail.from === "support");
  }

  #mails() {
    return this.view.mail.filter((mail) => mail.person === this.person);
  }

  #place() {
    if (!this.places.has(this.person)) this.places.set(this.person, { mode: "list", id: null, draft: blank() });
    return this.places.get(this.person);
  }

  #draft() {
    return this.#place().draft;
  }

  #open() {
    return this.#mails().find((mail) => mail.id === this.#place().id) ?? null;
  }

  #hear() {
    const fresh = this.known ? this.#mails().filter((mail) => mail.from === "support" && !this.known.has(keyOf(mail))) : [];
    if (fresh.length) announce(`Nouveau mail : ${fresh.at(-1).subject || "sans objet"}`);
  }

  #show() {
    const place = this.#place();
    if (place.mode === "read" && !this.#open()) place.mode = "list";
    $("mail-listing").hidden = place.mode !== "list";
    $("mail-reading").hidden = place.mode !== "read";
    $("mail-form").hidden = place.mode !== "write";
    if (place.mode === "list") this.#renderList();
    if (place.mode === "read") this.#renderMail();
    if (place.mode === "write") this.#renderForm();
  }

  // The list

  #renderList() {
    $("mail-owner").textContent = this.view.cast.people.find((each) => each.id === this.person).mail;
    const now = this.view.snapshot.clock.at;
    const items = this.#mails()
      .map((mail) => ({ key: keyOf(mail), mail, isUnread: mail.from === "support" && !this.opened.has(keyOf(mail)), when: when(mail.at, now) }))
      .reverse();
    if (!items.length) items.push({ key: "empty" });
    keyed($("mail-list"), items, (item) => item.key, (item) => this.#row(item));
  }

  #row({ mail, isUnread, when }) {
    if (!mail) {
      return h("li", { class: "empty" }, "Aucun mail encore.", h("br"), "Écrivez comme un client, ou partez d’un mail tout prêt.");
    }
    const mine = mail.from === "client";
    const who = mine ? ["À l’assistance", icon(SENT)] : ["Assistance"];
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: `mail-row ${isUnread ? "unread" : ""}`, onclick: () => this.#read(mail) },
        h("span", { class: "mail-who" }, isUnread && h("i", { class: "dot" }), isUnread && h("span", { class: "sr" }, "Non lu. "), ...who),
        h("span", { class: "mail-when" }, mail.files.length > 0 && icon(CLIP, "avec pièce jointe"), when),
        h("span", { class: "mail-about" }, whole(mail.subject) || "(sans objet)"),
        h("span", { class: "mail-glimpse" }, mine && mail.status !== "taken" ? STATES[mail.status] : glimpse(mail.text)),
      ),
    );
  }

  #list() {
    const { id } = this.#place();
    this.#go("list");
    const row = $("mail-list").querySelector(`[data-key="${id}-${this.person}"] button`);
    (row ?? $("mail-new")).focus();
  }

  // One mail

  #read(mail) {
    this.opened.add(keyOf(mail));
    this.#go("read", { id: mail.id });
    $("mail-title").focus();
    if (!this.unread(this.person)) $("unread-mail").hidden = true;
  }

  #renderMail() {
    const mail = this.#open();
    $("mail-reply").hidden = mail.from === "client";
    const sign = JSON.stringify(mail);
    if ($("mail-sheet").dataset.sign === sign) return;
    $("mail-sheet").dataset.sign = sign;
    $("mail-sheet").scrollTop = 0;
    const mine = mail.from === "client";
    const from = mine ? `À : ${this.#support()}` : `De : ${named(mail.sender)}`;
    $("mail-sheet").replaceChildren(
      h("h3", { class: "mail-title", id: "mail-title", tabindex: "-1" }, whole(mail.subject) || "(sans objet)"),
      h("p", { class: "mail-from" }, from),
      h("p", { class: "mail-at" }, [dayAndTime(mail.at), mine && STATES[mail.status]].filter(Boolean).join(" · ")),
      ...body(mail.text),
      mail.files.length ? h("div", { class: "mail-attached" }, mail.files.map(fileLink)) : "",
    );
  }

  // Writing

  #write(draft) {
    this.#go("write", { draft });
    (draft.answers !== null || draft.subject ? $("mail-text") : $("mail-subject")).focus();
  }

  #answer() {
    const mail = this.#open();
    this.#write({ ...blank(), answers: mail.id, subject: /^re:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}` });
  }

  /** Back to where the draft began; it is gone. */
  #leave() {
    const { answers } = this.#draft();
    this.#change(blank());
    if (answers === null) this.#list();
    else {
      this.#go("read", { id: answers });
      $("mail-reply").focus();
    }
  }

  #renderForm() {
    const draft = this.#draft();
    const isAnswer = draft.answers !== null;
    $("mail-form-title").textContent = isAnswer ? "Réponse" : "Nouveau mail";
    $("mail-to").textContent = this.#support();
    if ($("mail-subject").value !== draft.subject) $("mail-subject").value = draft.subject;
    if ($("mail-text").value !== draft.text) $("mail-text").value = draft.text;
    $("mail-subject").readOnly = isAnswer;
    $("mail-sample").hidden = draft.sample;
    const files = [draft.file && [draft.file.name, draft.file.bytes, { file: null }], draft.sample && ["ecran.jpg", null, { sample: false }]].filter(Boolean);
    keyed($("mail-files"), files.map(([name, bytes]) => ({ name, bytes })), (file) => file.name, (file) =>
      h("li", {}, icon(CLIP), h("span", {}, file.bytes === null ? file.name : `${file.name} · ${size(file.bytes)}`),
        h("button", { type: "button", class: "close", "aria-label": `Ne pas joindre ${file.name}`, onclick: () => this.#drop(files.find(([name]) => name === file.name)[2]) }, "×")),
    );
  }

  #drop(change) {
    this.#change(change);
    $("mail-attach").focus();
  }

  #change(change) {
    Object.assign(this.#draft(), change);
    this.#show();
  }

  async #attach() {
    const [file] = $("mail-file").files;
    $("mail-file").value = "";
    if (!file) return;
    if (file.size > MAX_FILE_BYTES) {
      notice("Choisissez un fichier de 10 Mo au plus.");
      return;
    }
    this.#change({ file: { name: file.name, bytes: file.size, type: file.type, content: await inBase64(file) } });
  }

  async #send(event) {
    event.preventDefault();
    const { person } = this;
    const draft = this.#draft();
    const { answers, subject, text, sample } = draft;
    if (!text.trim() && (answers !== null || !subject.trim())) {
      notice("Écrivez un objet ou un texte avant d’envoyer.");
      $("mail-text").focus();
      return;
    }
    const file = draft.file && { name: draft.file.name.slice(0, 200), type: safeType(draft.file.type), content: draft.file.content };
    $("mail-send").disabled = true;
    const isSent = await attempt(() => act("/do/mail", { person, answers, subject: answers === null ? subject : "", text, sample, file }));
    $("mail-send").disabled = false;
    if (!isSent) return;
    Object.assign(this.places.get(person) ?? {}, { mode: "list", id: null, draft: blank() });
    if (person !== this.person) return;
    this.#show();
    announce("Mail envoyé.");
    if (!$("mailbox").hidden) $("mail-new").focus();
  }

  #escape(event) {
    if (event.key !== "Escape") return;
    if (this.#place().mode === "read") this.#list();
    if (this.#place().mode === "write" && !this.#draft().text && !this.#draft().file) this.#leave();
  }

  #go(mode, rest = {}) {
    Object.assign(this.#place(), { mode, ...rest });
    this.#show();
  }

  #support() {
    return `Assistance <${this.view.cast.support.mail}>`;
  }

  #signed(text) {
    const { name, client } = this.view.cast.people.find((each) => each.id === this.person);
    return client ? `${text}\n\n${name}` : text;
  }
}

/** One mail may lie in two mailboxes. */
const keyOf = (mail) => `${mail.id}-${mail.person}`;
const named = ({ name, address }) => (name ? `${name} <${address}>` : address);
const when = (at, now) => (dayKey(at) === dayKey(now) ? time(at) : shortDay(at));
const glimpse = (text) => parts(text)[0].split("\n").map((line) => line.trim()).filter(Boolean).join(" ").slice(0, 160);
const safeType = (type) => (/^[a-z]+\/[a-zA-Z0-9.+-]+$/.test(type) ? type : "application/octet-stream");

/** What is said, and what is quoted below it. */
function parts(text) {
  const at = text.search(QUOTATION);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
}

/** The text, and what it quotes behind a button. */
function body(text) {
  const [said, quoted] = parts(text);
  return [
    h("p", { class: "said" }, linked(said.trim())),
    quoted && h("details", { class: "mail-quoted" }, h("summary", {}, "Texte cité"), h("p", { class: "said" }, quoted.trim())),
  ].filter(Boolean);
}

function inBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
