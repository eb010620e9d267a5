// The shop's catalog, a product's page, and the cart that becomes an order message.
import { act } from "./api.js";
import { h, icon, toast } from "./dom.js";
import { money } from "./format.js";
import { closeAllSheets, openSheet } from "./sheets.js";
import { cart, cartTotal, emptyCart, priceOf, product, setQuantity, state } from "./state.js";

const available = (one) => one.availability === "in stock";

function price(one) {
  const { currency } = state.shop.catalog;
  return h("span", { class: "price" }, money(priceOf(one), currency), one.sale_price ? h("s", {}, money(one.price, currency)) : null);
}

// Keeps an element in step with the cart for as long as it is on the page.
function alive(render) {
  const holder = h("div", { style: "display:contents" });
  const draw = () => {
    if (!holder.isConnected && holder.childNodes.length) return document.removeEventListener("cart", draw);
    const focused = holder.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    holder.replaceChildren(...[render()].flat().filter(Boolean));
    if (focused) ([...holder.querySelectorAll("button")].find((one) => one.getAttribute("aria-label") === focused) ?? holder.querySelector("button"))?.focus();
    return undefined;
  };
  draw();
  document.addEventListener("cart", draw);
  return holder;
}

function quantityControl(one) {
  return alive(() => {
    const quantity = cart().get(one.retailer_id) ?? 0;
    if (!quantity) {
      return h("button", { type: "button", class: "add", "aria-label": `Add ${one.name} to the cart`, onclick: () => setQuantity(one.retailer_id, 1) }, icon("plus"));
    }
    return h("div", { class: "stepper", role: "group", "aria-label": `Quantity of ${one.name}` },
      h("button", { type: "button", "aria-label": `One ${one.name} less`, onclick: () => setQuantity(one.retailer_id, quantity - 1) }, icon("minus")),
      h("output", {}, String(quantity)),
      h("button", { type: "button", "aria-label": `One ${one.name} more`, onclick: () => setQuantity(one.retailer_id, quantity + 1) }, icon("plus")));
  });
}

function tile(one) {
  return h("li", { class: `product ${available(one) ? "" : "gone"}` },
    h("button", { type: "button", class: "open", onclick: () => openProduct(one.retailer_id) },
      h("img", { src: pictureOf(one), alt: "", width: 200, height: 200 }), h("strong", {}, one.name)),
    h("div", { class: "row" }, available(one) ? [price(one), quantityControl(one)] : h("span", { class: "gone-note" }, "Sold out today")));
}

export const pictureOf = (one) => new URL(one.image_url).pathname;

function cartButton(short = false) {
  return alive(() => {
    const { count, total } = cartTotal();
    if (!count) return h("p", { class: "soft", style: "text-align:center" }, "Tap + to fill the cart.");
    return h("button", { type: "button", class: "primary", onclick: openCart },
      icon("basket"), short ? `Cart · ${count}` : `View cart · ${count} ${count === 1 ? "item" : "items"}`, h("b", {}, money(total, state.shop.catalog.currency)));
  });
}

// Opens the whole catalog, or only the given retailer ids under a title.
export function openCatalog({ only = null, title = state.shop.name } = {}) {
  const products = state.shop.catalog.products.filter((one) => !only || only.includes(one.retailer_id));
  const view = { category: null, words: "" };
  const list = h("ul", { class: "products" });
  const categories = ["All", ...state.shop.catalog.categories.filter((name) => products.some((one) => one.category === name))];
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Categories" });
  const show = () => {
    const wanted = products.filter((one) => (!view.category || one.category === view.category)
      && `${one.name} ${one.description}`.toLowerCase().includes(view.words));
    list.replaceChildren(...(wanted.length ? wanted.map(tile) : [h("li", { class: "soft" }, "Nothing matches.")]));
    for (const chip of chips.children) chip.setAttribute("aria-pressed", String((view.category ?? "All") === chip.textContent));
  };
  chips.append(...categories.map((name) => h("button", { type: "button", onclick: () => { view.category = name === "All" ? null : name; show(); } }, name)));
  const search = h("label", { class: "search" }, icon("search"), h("span", { class: "sr" }, "Search the catalog"),
    h("input", { type: "search", placeholder: "Search", oninput: (event) => { view.words = event.target.value.trim().toLowerCase(); show(); } }));
  show();
  openSheet({ title, subtitle: `${products.length} products`, back: "back", body: h("div", { class: "sheet-body" }, only ? null : [search, chips], list), foot: cartButton() });
}

export function openProduct(retailerId) {
  const one = product(retailerId);
  if (!one) return toast("This product is not in the catalog any more.");
  const siblings = state.shop.catalog.products.filter((other) => one.retailer_product_group_id && other.retailer_product_group_id === one.retailer_product_group_id);
  const body = h("div", { class: "sheet-body detail" },
    h("img", { class: "hero", src: pictureOf(one), alt: "" }),
    h("h3", {}, one.name), h("p", {}, price(one)), h("p", {}, one.description),
    siblings.length > 1 ? h("div", { class: "siblings chips", role: "group", "aria-label": "Sizes" },
      siblings.map((other) => h("button", { type: "button", "aria-pressed": String(other === one), onclick: () => { sheet.close(); openProduct(other.retailer_id); } }, other.size ?? other.name))) : null,
    h("p", { class: "soft" }, `Item ${one.retailer_id}`));
  const foot = available(one)
    ? h("div", { style: "display:flex;gap:12px;align-items:center" }, quantityControl(one), h("div", { style: "flex:1" }, cartButton(true)))
    : h("p", { class: "soft", style: "text-align:center" }, "Sold out today. Please look in tomorrow.");
  const sheet = openSheet({ title: one.name, back: "back", body, foot });
  return undefined;
}

function cartLine([retailerId, quantity]) {
  const one = product(retailerId);
  return h("li", {}, h("img", { src: pictureOf(one), alt: "" }), h("strong", {}, one.name),
    h("span", { class: "price" }, `${money(priceOf(one) * quantity, state.shop.catalog.currency)}`), quantityControl(one));
}

export function openCart() {
  const note = h("textarea", { id: "cart-note", maxlength: 1000, placeholder: "Allergies, a gift card, when to ring…" });
  const lines = alive(() => (cart().size ? h("ul", { class: "cart" }, [...cart()].map(cartLine)) : h("p", { class: "soft" }, "The cart is empty.")));
  const total = alive(() => h("div", { class: "sum" }, h("span", {}, "Estimated total"), h("span", {}, money(cartTotal().total, state.shop.catalog.currency))));
  const send = alive(() => h("button", { type: "button", class: "primary", disabled: !cart().size, onclick: () => sendCart(note.value) }, icon("send"), "Send to shop"));
  openSheet({
    title: "Your cart", back: "back",
    body: h("div", { class: "sheet-body form" }, lines, h("div", {}, h("label", { for: "cart-note" }, "Note to the shop ", h("span", { class: "soft" }, "optional")), note)),
    foot: [total, send],
  });
}

async function sendCart(note) {
  const items = [...cart()].map(([retailerId, quantity]) => ({ retailer_id: retailerId, quantity }));
  const sent = await act(state.current, "cart", { items, note: note.trim() });
  if (!sent) return;
  emptyCart();
  closeAllSheets();
}

// Shows the lines of a cart that was sent.
export function openSentCart(order, at) {
  const lines = (order.product_items ?? []).map((item) => {
    const one = product(item.product_retailer_id);
    return h("li", {}, one ? h("img", { src: pictureOf(one), alt: "" }) : h("span", {}), h("strong", {}, one?.name ?? item.product_retailer_id),
      h("span", { class: "price" }, `${money(Math.round(item.item_price * 100), item.currency)} each`), h("span", { class: "count" }, `× ${item.quantity}`));
  });
  openSheet({ title: "Sent cart", subtitle: at, back: "back", body: h("div", { class: "sheet-body" }, h("ul", { class: "cart" }, lines), order.text ? h("p", {}, `“${order.text}”`) : null) });
}

