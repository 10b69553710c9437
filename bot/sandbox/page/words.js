// How the page says dates, durations and states, in French and in the office's zone.

const ZONE = { timeZone: "Europe/Paris" };
const NBSP = "\u00a0";
const format = (options) => new Intl.DateTimeFormat("fr-FR", { ...ZONE, ...options });
const LONG_DATE = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });
const WEEKDAY = format({ weekday: "long" });
const SHORT_DAY = format({ weekday: "short", day: "numeric", month: "short" });
const TIME = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const ISO_DAY = new Intl.DateTimeFormat("sv-SE", ZONE);

export const longDate = (at) => LONG_DATE.format(new Date(at));
export const shortDay = (at) => SHORT_DAY.format(new Date(at));
export const time = (at) => TIME.format(new Date(at));
export const dayKey = (at) => ISO_DAY.format(new Date(at));

/** "14:00" today, "demain à 08:00", "lundi à 08:00" within the week, "vendredi 4 décembre à 14:00" later. */
export function moment(at, now) {
  const days = Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(now))) / 86_400_000);
  if (days === 0) return time(at);
  if (days === 1) return `demain à ${time(at)}`;
  if (days > 1 && days < 7) return `${WEEKDAY.format(new Date(at))} à ${time(at)}`;
  return `${DAY.format(new Date(at))} à ${time(at)}`;
}

export const dayAndTime = (at) => `${DAY.format(new Date(at))} à ${time(at)}`;

/** 24576 → "24 ko", as the French say kilobyte. */
export const size = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))}${NBSP}ko` : `${(bytes / 1_000_000).toFixed(1).replace(".", ",")}${NBSP}Mo`);

/** Separator between two days of a conversation. */
export function dayName(at, now) {
  return dayKey(at) === dayKey(now) ? "Aujourd’hui" : DAY.format(new Date(at));
}

/** 2772 → "46 h 12". */
export function duration(minutes) {
  const whole = Math.floor(Math.abs(minutes));
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  if (!hours) return `${rest}${NBSP}min`;
  return rest ? `${hours}${NBSP}h${NBSP}${String(rest).padStart(2, "0")}` : `${hours}${NBSP}h`;
}

export function plural(count, word) {
  return `${count}${NBSP}${word}${Math.abs(count) > 1 ? "s" : ""}`;
}

/** "Imprimante [n° 41]", whose number never stands alone at the head of a line. */
export const whole = (text) => text.replace(/n° (?=\d)/g, `n°${NBSP}`);

/** "+33639980011" → "06 39 98 00 11", as a French phone shows it. */
export function phoneNumber(number) {
  return `0${number.slice(3)}`.replace(/(\d{2})(?=\d)/g, `$1${NBSP}`);
}

export const STATES = {
  open: "à recontacter",
  recontacted: "recontacté",
  in_progress: "en cours",
  closed: "clos",
};

export const OUTCOMES = {
  resolved: "résolu",
  failed: "échec",
  commercial: "commercial",
  vendor_fault: "panne éditeur",
  out_of_scope: "hors périmètre",
  not_a_request: "sans objet",
  duplicate: "doublon",
};

export const RECONTACTS = { reply: "par une réponse", call: "par un appel pris", appointment: "par un rendez-vous", intervention: "par une intervention" };

/** The name of a milestone: "50" → "rappel à 50 %", "urgent:3" → "alerte urgente n° 3". */
export function milestoneName(name) {
  if (/^\d+$/.test(name)) return `rappel à ${name}${NBSP}%`;
  if (name === "breach") return "échéance des 48 h";
  if (name.startsWith("daily:")) return "rappel du matin";
  if (name.startsWith("urgent:")) return `alerte urgente n°${NBSP}${name.slice(7)}`;
  return name;
}
