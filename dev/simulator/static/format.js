// Money, times and the little markup of chat texts.
import { h } from "./dom.js";

export function money(minor, currency = "INR") {
  const format = new Intl.NumberFormat(currency === "BRL" ? "pt-BR" : "en-IN", { style: "currency", currency, minimumFractionDigits: minor % 100 ? 2 : 0 });
  return format.format(minor / 100);
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function day(seconds) {
  const date = new Date(seconds * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

const MARKS = [
  { pattern: /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/, make: (m) => h("a", { href: m[1], target: "_blank", rel: "noopener" }, m[1]) },
  { pattern: /```([^`]+)```/, make: (m) => h("code", {}, m[1]) },
  { pattern: /(?<![\p{L}\p{N}*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\p{L}\p{N}*])/u, make: (m) => h("strong", {}, rich(m[1])) },
  { pattern: /(?<![\p{L}\p{N}_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\p{L}\p{N}_])/u, make: (m) => h("em", {}, rich(m[1])) },
  { pattern: /(?<![\p{L}\p{N}~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\p{L}\p{N}~])/u, make: (m) => h("s", {}, rich(m[1])) },
];

// Returns the nodes of a text with *bold*, _italic_, ~struck~, ```code``` and links.
export function rich(text) {
  let first = null;
  for (const mark of MARKS) {
    const match = mark.pattern.exec(text);
    if (match && (first === null || match.index < first.match.index)) first = { match, mark };
  }
  if (first === null) return text ? [text] : [];
  const { match, mark } = first;
  return [text.slice(0, match.index), mark.make(match), ...rich(text.slice(match.index + match[0].length))].filter((part) => part !== "");
}

// A one-line summary of a message's content without its markup, for lists and quotes.
export const summary = (content) => plainSummary(content).replace(/[*_~`]+(?=\S)|(?<=\S)[*_~`]+/g, "");

function plainSummary(content) {
  const { type } = content;
  if (type === "text") return content.text.body;
  if (type === "order") return `Cart · ${countItems(content.order)}`;
  if (type === "button") return content.button.text;
  if (type === "template") return content.shown ?? content.template.name;
  if (type === "location") return content.location.name ?? "Location";
  if (type === "reaction") return content.reaction.emoji ? `Reacted ${content.reaction.emoji}` : "Took a reaction back";
  if (type === "interactive") return interactiveSummary(content.interactive);
  if (type === "contacts") return `Contact · ${content.contacts?.[0]?.name?.formatted_name ?? ""}`;
  if (type === "audio") return "Voice message";
  if (type === "image" || type === "document") return content[type].caption ?? (type === "image" ? "Picture" : content.document.filename ?? "Document");
  return type;
}

function interactiveSummary(interactive) {
  if (interactive.type === "button_reply") return interactive.button_reply.title;
  if (interactive.type === "list_reply") return interactive.list_reply.title;
  if (interactive.type === "nfm_reply") return interactive.nfm_reply.name === "flow" ? "Form sent" : interactive.nfm_reply.body;
  return interactive.body?.text ?? interactive.type;
}

export function countItems(order) {
  const count = (order.product_items ?? []).reduce((sum, item) => sum + item.quantity, 0);
  return `${count} ${count === 1 ? "item" : "items"}`;
}
