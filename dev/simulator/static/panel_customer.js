// Behind the scenes: who the customer is, and what the client on the phone can do.
import { attempt, patch, post } from "./api.js";
import { h } from "./dom.js";
import { customer } from "./state.js";

const SWITCHES = [
  ["offline", "Phone is offline", "Messages wait with one tick"],
  ["unreachable", "Has blocked the shop", "Messages fail with 131026"],
  ["window_closed", "24-hour window closed", "Until this customer writes again (131047)"],
];
const KINDS = [
  ["flow", "Opens Flows"],
  ["order_details", "Shows orders to pay"],
  ["list", "Shows lists"],
  ["cta_url", "Shows link buttons"],
  ["button", "Shows reply buttons"],
  ["location_request_message", "Asks for the place"],
];
const LANGUAGES = [["en", "English"], ["hi", "हिन्दी"], ["pt_BR", "Português"]];
// What people say first, and later, in their own language.
const WORDS = {
  en: ["Hello! I would like to order sweets.", "Where is my order?", "I want to cancel my order", "Please change the address", "Send me the invoice", "STOP"],
  hi: ["नमस्ते! मुझे मिठाई मंगवानी है।", "मेरा ऑर्डर कहाँ है?", "मेरा ऑर्डर रद्द कर दीजिए", "पता बदलना है", "बिल भेजिए"],
  pt_BR: ["Olá! Quero fazer um pedido.", "Onde está meu pedido?", "Quero cancelar o pedido", "Mudar o endereço", "Envie a nota fiscal"],
};

const change = (one, changes) => attempt(() => patch(`/customers/${encodeURIComponent(one.id)}`, changes));

const identity = (one, what, body = {}) => attempt(() => post(`/customers/${encodeURIComponent(one.id)}/identity/${what}`, body));

function toggle(id, label, detail, checked, work) {
  return h("div", { class: "switch" }, h("label", { for: id }, label), h("small", {}, detail),
    h("div", { class: "control" }, h("input", { type: "checkbox", role: "switch", id, checked, onchange: (event) => work(event.target.checked) })));
}

function kindSwitch(one, [kind, label]) {
  const without = one.cannot_show.filter((other) => other !== kind);
  return toggle(`kind-${kind}`, label, "Otherwise they fail with 1026", !one.cannot_show.includes(kind), (on) => change(one, { cannot_show: on ? without : [...without, kind] }));
}

function ask(one, what) {
  const phone = window.prompt("Phone number with country code", one.phone ? `+${one.phone}` : "+91 98000 ");
  if (phone) identity(one, what, { phone });
}

export const wordsOf = (one) => WORDS[one.language] ?? WORDS.en;

function write(text) {
  const draft = document.getElementById("draft");
  draft.value = text;
  draft.dispatchEvent(new Event("input"));
  delete document.body.dataset.panel;
  draft.focus();
}

export function customerTab() {
  const one = customer();
  if (!one) return [];
  const fact = (label, value) => (value ? [h("dt", {}, label), h("dd", {}, value)] : []);
  const language = h("select", { id: "customer-language", onchange: (event) => change(one, { language: event.target.value }) }, LANGUAGES.map(([code, name]) => h("option", { value: code, selected: code === one.language }, name)));
  return [h("h3", {}, one.name), h("dl", { class: "facts" }, fact("Phone", one.phone ? `+${one.phone}` : "not shared with the shop"), fact("Username", one.username && `@${one.username}`), fact("User id", one.user_id), fact("About", one.note)),
    h("div", { class: "switch" }, h("label", { for: "customer-language" }, "Writes"), h("small", {}, "The app learns it from what is written"), h("div", { class: "control" }, language)),
    h("div", { class: "words" }, wordsOf(one).map((text) => h("button", { type: "button", class: "quiet-button", onclick: () => write(text) }, text))),
    SWITCHES.map(([name, label, detail]) => toggle(`customer-${name}`, label, detail, one[name], (on) => change(one, { [name]: on }))),
    toggle("customer-marketing", "Takes marketing", "Otherwise such templates fail with 131050", !one.stopped_marketing_at, (on) => identity(one, on ? "resume_marketing" : "stop_marketing")),
    h("h3", {}, "Who this is"), h("div", { class: "words" }, one.phone ? h("button", { type: "button", class: "quiet-button", onclick: () => ask(one, "number") }, "Move to another number") : h("button", { type: "button", class: "quiet-button", onclick: () => ask(one, "show_phone") }, "Share the number"),
      h("button", { type: "button", class: "quiet-button", onclick: () => identity(one, "user_id") }, "Another user id")),
    h("h3", {}, "What this phone can show"),
    toggle("customer-address_form", "Shows address forms", "Otherwise they fail with 1026", one.address_form, (on) => change(one, { address_form: on })),
    KINDS.map((kind) => kindSwitch(one, kind))];
}
