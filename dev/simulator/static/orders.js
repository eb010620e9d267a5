// An order to be paid in the chat: its bubble, its page, and how the customer pays.
import { act, attempt, post } from "./api.js";
import { openLink } from "./answers.js";
import { pictureOf } from "./catalog.js";
import { h, icon, toast } from "./dom.js";
import { clock, money } from "./format.js";
import { openPix, openUpi } from "./bank.js";
import { openSheet } from "./sheets.js";
import { product, state } from "./state.js";

const STATUS = {
  pending: ["Pending", "wait"],
  processing: ["Processing", "wait"],
  partially_shipped: ["Partially shipped", "wait"],
  shipped: ["Shipped", "good"],
  completed: ["Completed", "good"],
  canceled: ["Canceled", "bad"],
};
const METHODS = [["upi", "UPI", "Your UPI apps on this phone"], ["card", "Card", "•••• 1111, expires 12/29"], ["netbanking", "Net banking", "Your bank’s own page"]];
const minor = (amount) => Math.round((amount.value * 100) / amount.offset);

// The order that a message sends, by itself or in a template's button.
export function detailsOf(content) {
  if (content.interactive?.type === "order_details") return content.interactive.action.parameters;
  const button = content.template?.components?.find((one) => String(one.sub_type).toLowerCase() === "order_details");
  return button?.parameters?.[0]?.action?.order_details ?? null;
}

const settingOf = (parameters, type) => (parameters.payment_settings ?? []).find((one) => one.type === type)?.[type];

function isOver(parameters) {
  const { expiration } = parameters.order;
  return Boolean(expiration) && Number(expiration.timestamp) * 1000 <= Date.now();
}

// What the order's page says of the payment: words and a tone.
function payment(parameters, known) {
  if (known?.payment === "captured") return ["Paid", "good"];
  if (known?.said?.status === "captured") return ["Payment confirmed by the shop", "good"];
  if (known?.said?.status === "failed") return ["The shop did not get the payment", "bad"];
  if (known?.elsewhere) return ["Paid at your bank", "wait"];
  const last = known?.transactions.at(-1);
  if (last?.status === "pending") return ["Payment under way", "wait"];
  if (known?.status === "canceled") return ["Nothing to pay", ""];
  if (isOver(parameters)) return ["The time to pay is over", "bad"];
  if (last?.status === "failed") return ["The last payment failed", "bad"];
  return ["Payment due", "wait"];
}

const pill = ([words, tone]) => h("span", { class: `pill ${tone}` }, words);
const pictured = (items) => items.map((item) => product(item.retailer_id)).find(Boolean);

export function orderCard(parameters) {
  const known = state.orders.get(parameters.reference_id);
  const { items } = parameters.order;
  const count = items.reduce((sum, item) => sum + item.quantity, 0);
  const first = pictured(items);
  return h("div", { class: "card order" }, first ? h("img", { src: pictureOf(first), alt: "" }) : h("span", { class: "tile" }, icon("basket")),
    h("div", {}, h("strong", {}, money(minor(parameters.total_amount), parameters.currency)),
      h("span", {}, `${count} ${count === 1 ? "item" : "items"} · order ${parameters.reference_id}`),
      h("span", { class: "states" }, pill(STATUS[known?.status ?? "pending"]), pill(payment(parameters, known)))));
}

export const orderAction = (parameters) => (payment(parameters, state.orders.get(parameters.reference_id))[0] === "Payment due" ? "Review and pay" : "View order");

// The card of news about an order; tapping it opens the order's page.
export function statusCard(parameters) {
  const known = state.orders.get(parameters.reference_id);
  return h("div", { class: "card order" }, h("span", { class: "tile" }, icon(parameters.order.status === "canceled" ? "close" : "basket")),
    h("div", {}, h("strong", {}, STATUS[parameters.order.status]?.[0] ?? parameters.order.status), h("span", {}, `Order ${parameters.reference_id}`),
      parameters.order.description ? h("span", {}, parameters.order.description) : null),
    known ? null : h("span", { class: "sr" }, "unknown order"));
}

function line(item, currency) {
  const one = product(item.retailer_id);
  const each = minor(item.sale_amount ?? item.amount);
  return h("li", {}, one ? h("img", { src: pictureOf(one), alt: "" }) : h("span", { class: "tile" }, icon("basket")), h("strong", {}, item.name),
    h("span", { class: "price" }, `${money(each, currency)} × ${item.quantity}`, item.sale_amount ? h("s", {}, money(minor(item.amount), currency)) : null),
    h("span", { class: "count" }, money(each * item.quantity, currency)));
}

function totals({ order, total_amount: total, currency }) {
  const row = (label, amount, sign = "", always = false) => (amount && (amount.value || always)
    ? h("tr", {}, h("td", {}, label, amount.description ? h("small", {}, amount.description) : null), h("td", {}, sign + money(minor(amount), currency))) : null);
  return h("table", { class: "lines" }, row("Subtotal", order.subtotal, "", true), row("Discount", order.discount, "− "), row("Shipping", order.shipping), row("Tax", order.tax),
    h("tr", { class: "total" }, h("td", {}, "Total"), h("td", {}, money(minor(total), currency))));
}

async function settle(parameters, outcome, method = "upi") {
  const path = `/whatsapp_payments/${encodeURIComponent(parameters.reference_id)}/${outcome}`;
  const order = await attempt(() => post(path, { method }));
  if (order) state.orders.set(order.reference_id, order);
  document.dispatchEvent(new CustomEvent("order"));
  return order;
}

// The gateway's own sheet: choose how, then pay, or let it fail.
function openMethods(parameters) {
  const amount = money(minor(parameters.total_amount), parameters.currency);
  const form = h("form", { class: "sheet-body form", id: "pay-form" }, h("div", { class: "payee" }, h("p", {}, state.shop.name), h("strong", {}, amount)),
    h("fieldset", { class: "options" }, h("legend", {}, "Pay with"), METHODS.map(([value, title, detail], index) =>
      h("label", { class: "option" }, h("input", { type: "radio", name: "method", value, checked: index === 0 }), h("span", {}, h("strong", {}, title), h("small", {}, detail))))));
  const chosen = () => new FormData(form).get("method");
  const done = async (outcome, words) => {
    const order = await settle(parameters, outcome, chosen());
    if (!order) return;
    sheet.close();
    toast(words);
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); done("pay", `Paid ${amount}.`); });
  const foot = h("div", { class: "stack" }, h("button", { class: "primary", form: "pay-form" }, icon("lock"), `Pay ${amount}`),
    h("div", { class: "pair-row" }, h("button", { type: "button", class: "quiet-button", onclick: () => done("fail", "The bank declined the payment.") }, "Let it fail"),
      h("button", { type: "button", class: "quiet-button", onclick: () => done("pending", "The bank takes its time. End it under Money.") }, "Leave it pending")));
  const sheet = openSheet({ title: "Choose how to pay", subtitle: "A simulated payment: no money moves", low: true, body: form, foot });
}

// The ways that the order offers, as buttons of its page.
function ways(parameters) {
  const paid = () => settle(parameters, "pay");
  const found = [];
  const amount = money(minor(parameters.total_amount), parameters.currency);
  if (settingOf(parameters, "payment_gateway")) found.push(["card", `Continue · ${amount}`, () => openMethods(parameters)]);
  const link = settingOf(parameters, "payment_link");
  const pix = settingOf(parameters, "pix_dynamic_code");
  if (pix) found.push(["card", "Pay with Pix", () => openPix({ ...pix, amount, paid })]);
  if (link) found.push(["out", "Pay by link", () => openLink(link.uri)]);
  const boleto = settingOf(parameters, "boleto");
  if (boleto) found.push(["file", "Copy the boleto’s line", () => copy(boleto.digitable_line)]);
  const upi = settingOf(parameters, "upi_intent_link")?.link;
  if (upi || (parameters.payment_type === "upi" && !parameters.payment_settings?.length)) found.push(["card", `Pay ${amount} by UPI`, () => openUpi({ link: upi, amount, configuration: parameters.payment_configuration, paid })]);
  return found;
}

async function copy(text) {
  await navigator.clipboard?.writeText(text).catch(() => null);
  toast("Copied.");
}

// Opens the order's page, which follows what the shop and the bank do.
export function openOrder(parameters) {
  const body = h("div", { class: "sheet-body" });
  const foot = h("div", { class: "stack" });
  const draw = () => {
    const known = state.orders.get(parameters.reference_id);
    const due = payment(parameters, known);
    const { expiration } = parameters.order;
    body.replaceChildren(
      h("div", { class: "order-head" }, pill(STATUS[known?.status ?? "pending"]), pill(due)),
      ...[known?.description ? h("p", {}, known.description) : null, due[0] === "Payment due" && expiration ? h("p", { class: "soft" }, `Pay until ${clock(Number(expiration.timestamp))}. ${expiration.description ?? ""}`) : null].filter(Boolean),
      h("ul", { class: "cart" }, parameters.order.items.map((item) => line(item, parameters.currency))), totals(parameters),
      ...(parameters.beneficiaries ?? []).slice(0, 1).map((one) => h("p", { class: "soft" }, `For ${one.name}, ${[one.address_line1, one.city, one.postal_code].filter(Boolean).join(", ")}`)),
      ...(known?.refunds ?? []).map((one) => h("p", { class: "soft" }, `Refund of ${money(minor(one.amount), parameters.currency)}: ${one.status}`)));
    const open = ["Payment due", "The last payment failed"].includes(due[0]);
    foot.replaceChildren(...(open ? ways(parameters).map(([name, label, work], index) => h("button", { type: "button", class: index ? "quiet-button" : "primary", onclick: work }, icon(name), label))
      : [h("p", { class: "soft center" }, due[0] === "Paid" ? `Paid to ${state.shop.name}.` : known?.elsewhere ? "Paid at your bank. WhatsApp does not tell the shop: its bank does." : `${due[0]}.`)]));
  };
  draw();
  const sheet = openSheet({ title: "Order details", subtitle: parameters.reference_id, back: "back", body, foot });
  document.addEventListener("order", draw);
  sheet.whenClosed(() => document.removeEventListener("order", draw));
}

export function openOrderByReference(reference) {
  const found = [...state.messages.values()].map((one) => detailsOf(one.content)).find((one) => one?.reference_id === reference);
  if (found) openOrder(found);
  else toast("This phone has no such order.");
}

export const sendPicture = (data, caption) => act(state.current, "image", { data, mime_type: "image/png", caption });
