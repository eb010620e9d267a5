// One bubble for each kind of message, as the customer's phone shows it.
import { act } from "./api.js";
import { openAddress, openLink, openList, openLocation } from "./answers.js";
import { openCatalog, openProduct, openSentCart, pictureOf } from "./catalog.js";
import { h, icon, toast } from "./dom.js";
import { flowOf, openFlow } from "./flow.js";
import { clock, countItems, money, rich, summary } from "./format.js";
import { detailsOf, openOrder, openOrderByReference, orderAction, orderCard, statusCard } from "./orders.js";
import { customer, product, state } from "./state.js";

const TICKS = {
  pending: ["tick", "", "Sent"],
  delivered: ["ticks", "", "Delivered to the shop"],
  read: ["ticks", "read", "Read by the shop"],
};

function meta(message) {
  const line = h("span", { class: "meta" }, h("time", { datetime: new Date(message.at * 1000).toISOString() }, clock(message.at)));
  if (message.direction === "inbound") {
    const [name, className, label] = TICKS[message.status] ?? TICKS.pending;
    line.append(h("span", { class: className, title: label, "data-status": message.status }, icon(name, label)));
  }
  return line;
}

function quote(message) {
  const original = state.messages.get(message.reply_to);
  if (!message.reply_to || !original) return null;
  const who = original.direction === "inbound" ? "You" : state.shop.name;
  return h("button", { type: "button", class: "quote", onclick: () => document.getElementById(message.reply_to)?.scrollIntoView({ block: "center", behavior: "smooth" }) },
    h("b", {}, who), h("span", {}, summary(original.content)));
}

const body = (text) => h("div", { class: "body" }, rich(text ?? ""));
const action = (name, label, onclick) => h("button", { type: "button", class: "action", onclick }, icon(name), label);
const minor = (amount) => Math.round((amount.value / amount.offset) * 100);

function header(interactive) {
  if (!interactive.header) return null;
  if (interactive.header.type === "text") return h("h3", {}, interactive.header.text);
  const media = interactive.header[interactive.header.type];
  const address = media?.link ?? (media?.id && `/media/${media.id}`);
  if (interactive.header.type === "document") return h("div", { class: "card" }, h("span", { class: "tile" }, icon("file")), h("strong", {}, media?.filename ?? "Document"));
  return address ? h("img", { class: "picture", src: address, alt: "" }) : null;
}

const footer = (interactive) => (interactive.footer ? h("p", { class: "foot" }, interactive.footer.text) : null);

function orderBubble(message) {
  const { order } = message.content;
  const first = order.product_items?.map((item) => product(item.product_retailer_id)).find(Boolean);
  const total = (order.product_items ?? []).reduce((sum, item) => sum + Math.round(item.item_price * 100) * item.quantity, 0);
  const currency = order.product_items?.[0]?.currency ?? state.shop.catalog.currency;
  return { wide: true, parts: [
    h("div", { class: "card" }, first ? h("img", { src: pictureOf(first), alt: "" }) : null,
      h("div", {}, h("strong", {}, countItems(order)), h("span", {}, `${money(total, currency)} estimated total`))),
    order.text ? body(order.text) : null, meta(message),
    action("basket", "View sent cart", () => openSentCart(order, clock(message.at)))] };
}

const MAP = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 118" preserveAspectRatio="xMidYMid slice"><path fill="#cfe3ba" d="M0 70q60-30 110 4t100-6 90 8v42H0z"/><path stroke="#fff" stroke-width="9" fill="none" d="M-10 36q90 22 160-4t160 20M84-10q10 70-22 140M206-10q-14 60 22 140"/><path stroke="#b9d9e8" stroke-width="15" fill="none" d="M-10 104q120-36 320-8"/></svg>';

function locationBubble(message) {
  const place = message.content.location;
  const map = h("div", { class: "map" });
  map.append(document.importNode(new DOMParser().parseFromString(MAP, "image/svg+xml").documentElement, true));
  map.append(h("span", { style: "position:absolute;left:50%;top:50%;transform:translate(-50%,-86%);color:#b8323a" }, icon("pin")));
  return { wide: true, parts: [map, place.name ? h("h3", {}, place.name) : null, body(place.address ?? `${place.latitude}, ${place.longitude}`), meta(message)] };
}

function productCard(retailerId, extra) {
  const one = product(retailerId);
  if (!one) return h("div", { class: "card" }, h("div", {}, h("strong", {}, retailerId)));
  return h("div", { class: "card" }, h("img", { src: pictureOf(one), alt: "" }), h("div", {}, h("strong", {}, one.name), h("span", {}, extra ?? money(one.sale_price ?? one.price, state.shop.catalog.currency))));
}

function orderDetails(message, one) {
  const { parameters } = one.action;
  return { wide: true, parts: [header(one), orderCard(parameters), body(one.body?.text), footer(one), meta(message), action("card", orderAction(parameters), () => openOrder(parameters))] };
}

function orderStatus(message, one) {
  const { parameters } = one.action;
  return { wide: true, parts: [statusCard(parameters), body(one.body?.text), footer(one), meta(message), action("basket", "View order", () => openOrderByReference(parameters.reference_id))] };
}

function flowReply(message) {
  const values = Object.entries(safeJson(message.content.interactive.nfm_reply.response_json)).filter(([name, value]) => name !== "flow_token" && value !== "");
  const facts = values.slice(0, 12).map(([name, value]) => [h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, [value].flat().join(", "))]);
  return { wide: true, parts: [quote(message), h("h3", {}, "Form sent"), h("dl", { class: "answers" }, facts), meta(message)] };
}

function safeJson(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const INTERACTIVE = {
  button: (message, one) => ({ parts: [header(one), body(one.body.text), footer(one), meta(message)],
    replies: one.action.buttons.map(({ reply }) => ({ icon: "reply", title: reply.title, id: reply.id })) }),
  list: (message, one) => ({ wide: true, parts: [header(one), body(one.body.text), footer(one), meta(message), action("list", one.action.button, () => openList(message))] }),
  cta_url: (message, one) => ({ wide: true, parts: [header(one), body(one.body.text), footer(one), meta(message),
    action("out", one.action.parameters.display_text, () => openLink(one.action.parameters.url))] }),
  address_message: (message, one) => ({ wide: true, parts: [header(one), body(one.body.text), footer(one), meta(message), action("home", "Provide address", () => openAddress(message))] }),
  location_request_message: (message, one) => ({ wide: true, parts: [body(one.body.text), meta(message), action("pin", "Send location", () => openLocation(message))] }),
  catalog_message: (message, one) => ({ wide: true, parts: [
    productCard(one.action.parameters?.thumbnail_product_retailer_id ?? state.shop.catalog.products[0].retailer_id, "Our whole catalog"),
    body(one.body.text), footer(one), meta(message), action("store", "View catalog", () => openCatalog())] }),
  product: (message, one) => ({ wide: true, parts: [productCard(one.action.product_retailer_id), body(one.body?.text), footer(one), meta(message),
    action("store", "View product", () => openProduct(one.action.product_retailer_id))] }),
  product_list: (message, one) => {
    const ids = one.action.sections.flatMap((section) => section.product_items.map((item) => item.product_retailer_id));
    return { wide: true, parts: [productCard(ids[0], `${ids.length} products`), header(one), body(one.body.text), footer(one), meta(message),
      action("store", "View items", () => openCatalog({ only: ids, title: one.header?.text ?? "Items" }))] };
  },
  order_details: orderDetails,
  order_status: orderStatus,
  flow: (message, one) => ({ wide: true, parts: [header(one), body(one.body?.text), footer(one), meta(message), action("form", one.action.parameters.flow_cta, () => openFlow(message))] }),
  request_contact_info: (message, one) => ({ wide: true, parts: [body(one.body?.text), meta(message), action("phone", "Share my number", () => shareContact(message))] }),
  button_reply: (message, one) => ({ parts: [quote(message), body(one.button_reply.title), meta(message)] }),
  list_reply: (message, one) => ({ parts: [quote(message), h("h3", {}, one.list_reply.title), body(one.list_reply.description ?? ""), meta(message)] }),
  nfm_reply: (message, one) => (one.nfm_reply.name === "flow" ? flowReply(message) : { parts: [quote(message), body(one.nfm_reply.body.split("\n").map((line) => line.trim()).join("\n")), meta(message)] }),
};

const media = (message, kind) => {
  const one = message.content[kind];
  const address = one.link ?? (one.id ? `/media/${one.id}` : one.url);
  if (kind === "image" || kind === "sticker") return { parts: [h("a", { href: address, target: "_blank", rel: "noopener" }, h("img", { class: "picture", src: address, alt: one.caption ?? "Picture" })), one.caption ? body(one.caption) : null, meta(message)] };
  if (kind === "audio") return { wide: true, parts: [h("audio", { controls: true, src: address, preload: "none" }), meta(message)] };
  const type = (one.mime_type ?? one.filename?.split(".").at(-1) ?? kind).split("/").at(-1).toUpperCase();
  return { wide: true, parts: [h("div", { class: "card" }, h("span", { class: "tile" }, icon("file")), h("div", {}, h("strong", {}, one.filename ?? kind), h("span", {}, type))), one.caption ? body(one.caption) : null, meta(message), action("out", "Open", () => window.open(address, "_blank", "noopener"))] };
};

const KINDS = {
  text: (message) => ({ parts: [quote(message), body(message.content.text.body), meta(message)] }),
  order: orderBubble,
  location: locationBubble,
  image: (message) => media(message, "image"),
  sticker: (message) => media(message, "sticker"),
  document: (message) => media(message, "document"),
  video: (message) => media(message, "video"),
  audio: (message) => media(message, "audio"),
  contacts: (message) => ({ parts: [quote(message), h("h3", {}, message.content.contacts?.[0]?.name?.formatted_name ?? "Contact"), body(message.content.contacts?.[0]?.phones?.[0]?.phone ?? ""), meta(message)] }),
  button: (message) => ({ parts: [quote(message), body(message.content.button.text), meta(message)] }),
  template: templateBubble,
  interactive: (message) => (INTERACTIVE[message.content.interactive.type] ?? plain)(message, message.content.interactive),
};

function templateBubble(message) {
  const { content } = message;
  const shown = content.parts ?? { body: summary(content), buttons: [] };
  const order = detailsOf(content);
  const picture = shown.media?.image?.link ?? (shown.media?.image?.id && `/media/${shown.media.image.id}`);
  const status = content.template.components?.find((one) => one.type === "order_status")?.parameters?.[0]?.order_status;
  const buttons = shown.buttons.map((one) => templateAction(message, one)).filter(Boolean);
  const replies = shown.buttons.filter((one) => one.type === "QUICK_REPLY").map((one) => ({ icon: "reply", title: one.text, id: one.payload }));
  return { wide: buttons.length > 0 || Boolean(order), replies, parts: [
    picture ? h("img", { class: "picture", src: picture, alt: "" }) : null, shown.header ? h("h3", {}, shown.header) : null, shown.media?.document ? h("div", { class: "card" }, icon("file"), h("strong", {}, shown.media.document.filename ?? "Document")) : null,
    order ? orderCard(order) : null, status ? statusCard(status) : null, body(shown.body), shown.footer ? h("p", { class: "foot" }, shown.footer) : null, meta(message), ...buttons,
    status ? action("basket", "View order", () => openOrderByReference(status.reference_id)) : null] };
}

function templateAction(message, button) {
  const order = detailsOf(message.content);
  if (button.type === "URL") return action("out", button.text, () => openLink(button.url));
  if (button.type === "ORDER_DETAILS" && order) return action("card", orderAction(order), () => openOrder(order));
  if (button.type === "FLOW" && flowOf(message)) return action("form", button.text || "Open", () => openFlow(message));
  if (button.type === "PHONE_NUMBER") return action("phone", button.text, () => toast(`Calling ${button.phone_number}: this phone only chats.`));
  if (button.type === "CATALOG") return action("store", button.text || "View catalog", () => openCatalog());
  return null;
}

// A username-only customer shares the phone number when the shop asks for it.
function shareContact(message) {
  const { name, phone } = customer();
  if (!phone) return toast("This customer keeps the number private.");
  return act(state.current, "raw", { reply_to: message.id, message: { type: "contacts", contacts: [{ name: { formatted_name: name, first_name: name }, phones: [{ phone: `+${phone}`, wa_id: phone, type: "CELL" }], origin: "contact_request" }] } });
}

const plain = (message) => ({ parts: [h("em", {}, summary(message.content)), meta(message)] });

// Returns the element of one message; `same` joins it to the bubble before it.
export function bubble(message, { same, fresh }) {
  const mine = message.direction === "inbound";
  const { wide, parts, replies = [] } = (KINDS[message.content.type] ?? plain)(message);
  const tapped = new Set([...state.messages.values()].filter((one) => one.reply_to === message.id)
    .map((one) => one.content.interactive?.button_reply?.id ?? one.content.button?.payload));
  return h("article", { class: `message ${mine ? "mine" : ""} ${same ? "same" : ""} ${fresh ? "new" : ""}`, id: message.id, "aria-label": `${mine ? "You" : state.shop.name}, ${clock(message.at)}` },
    h("div", { class: `bubble ${wide ? "wide" : ""}` }, parts),
    Object.values(message.reactions).map((emoji) => h("span", { class: "reaction" }, emoji)),
    replies.length ? h("div", { class: "replies", role: "group", "aria-label": "Answers" }, replies.map((reply) =>
      h("button", { type: "button", "data-tapped": tapped.has(reply.id), onclick: () => act(state.current, "button", { message_id: message.id, id: reply.id }) },
        icon(tapped.has(reply.id) ? "check" : reply.icon), reply.title))) : null);
}
