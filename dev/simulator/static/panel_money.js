// Behind the scenes: the money of orders in the chat and of the gateway's links.
import { attempt, get, post } from "./api.js";
import { h } from "./dom.js";
import { money } from "./format.js";
import { customer, state } from "./state.js";

const TONES = { captured: "good", paid: "good", open: "wait", unpaid: "wait", created: "wait", pending: "wait", failed: "bad" };
const pill = (word) => h("span", { class: `pill ${TONES[word] ?? ""}` }, word);
const quiet = (label, work) => h("button", { type: "button", class: "quiet-button", onclick: work }, label);

function act(order, outcome) {
  return attempt(() => post(`/whatsapp_payments/${encodeURIComponent(order.reference_id)}/${outcome}`));
}

function failRefund(order, refund) {
  return attempt(() => post(`/whatsapp_payments/${encodeURIComponent(order.reference_id)}/refunds/${encodeURIComponent(refund.id)}/fail`));
}

function orderRow(order) {
  const { total_amount: total, currency } = order.parameters;
  const under = order.transactions.at(-1)?.status === "pending";
  const open = order.payment !== "captured" && !order.elsewhere && !under && order.status !== "canceled";
  const told = order.mode === "payment_gateway";
  return h("li", {}, h("span", {}, `${order.reference_id} · ${money((total.value * 100) / total.offset, currency)}`, h("small", { class: "soft" }, ` ${state.customers.get(order.customer_id)?.name ?? ""} · ${told ? order.configuration : order.mode.replaceAll("_", " ")}`)),
    h("span", { class: "states" }, pill(order.elsewhere && order.payment !== "captured" ? "paid elsewhere" : order.payment), pill(order.status)),
    h("div", { class: "buttons" }, open ? [quiet("Pay", () => act(order, "pay")), told ? quiet("Fail", () => act(order, "fail")) : null, told ? quiet("Pending", () => act(order, "pending")) : null] : null,
      under ? [quiet("Capture", () => act(order, "capture")), quiet("Decline", () => act(order, "decline"))] : null,
      order.refunds.filter((one) => one.status !== "failed").map((one) => quiet(`Fail refund of ${money(one.amount.value, currency)}`, () => failRefund(order, one)))));
}

function linkRow({ entity }) {
  const settle = (outcome) => attempt(() => post(`/payment_links/${encodeURIComponent(entity.id)}/${outcome}`));
  return h("li", {}, h("a", { href: new URL(entity.short_url).pathname, target: "_blank" }, `${entity.reference_id || entity.id} · ${money(entity.amount, entity.currency)}`),
    h("span", { class: "states" }, pill(entity.status)),
    entity.status === "created" ? h("div", { class: "buttons" }, quiet("Pay", () => settle("pay")), quiet("Fail", () => settle("fail")), quiet("Expire", () => settle("expire"))) : null);
}

// Stripe's sessions are asked for when the tab is drawn.
function sessionList() {
  const list = h("ul", { class: "money" });
  attempt(async () => {
    const { sessions } = await get("/stripe/sessions");
    list.replaceChildren(...sessions.reverse().map(({ session }) => {
      const settle = async (outcome) => { if (await attempt(() => post(`/stripe/sessions/${encodeURIComponent(session.id)}/${outcome}`))) list.replaceWith(sessionList()); };
      return h("li", {}, h("a", { href: session.url ? new URL(session.url).pathname : `/stripe/pay/${session.id}`, target: "_blank" }, `${session.client_reference_id ?? session.id.slice(0, 14)} · ${money(session.amount_total, session.currency.toUpperCase())}`),
        h("span", { class: "states" }, pill(session.status === "complete" ? session.payment_status : session.status)),
        session.status === "open" ? h("div", { class: "buttons" }, quiet("Pay", () => settle("pay")), quiet("Fail", () => settle("fail")), quiet("Expire", () => settle("expire"))) : null);
    }));
    if (!sessions.length) list.replaceWith(h("p", { class: "soft" }, "None yet."));
  });
  return list;
}

export function moneyTab() {
  const orders = [...state.orders.values()].reverse();
  const links = [...state.links.values()].reverse();
  return [h("h3", {}, "Orders to be paid in the chat"), h("p", { class: "soft" }, "Meta tells the app of payments by a gateway. Of UPI, Pix and links it tells nothing."),
    orders.length ? h("ul", { class: "money" }, orders.map(orderRow)) : h("p", { class: "soft" }, "None yet."),
    h("h3", {}, "Razorpay’s payment links"), links.length ? h("ul", { class: "money" }, links.map(linkRow)) : h("p", { class: "soft" }, "None yet."),
    h("h3", {}, "Stripe’s Checkout Sessions"), sessionList(),
    h("h3", {}, "Price of messages"), serviceCount()];
}

function serviceCount() {
  const shown = h("p", { class: "soft" }, "…");
  attempt(async () => {
    const { service_messages: count } = await get("/pricing");
    shown.textContent = `${count} service messages this month; the first 1000 are free. ${customer()?.free_entry_until * 1000 > Date.now() ? "This customer came by an ad: everything is free." : ""}`;
  });
  return shown;
}
