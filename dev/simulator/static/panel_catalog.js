// Behind the scenes: what the catalog says of each product, and in which currency.
import { attempt, patch } from "./api.js";
import { h } from "./dom.js";
import { money } from "./format.js";
import { pictureOf } from "./catalog.js";
import { state } from "./state.js";

const change = (one, changes) => attempt(() => patch(`/products/${encodeURIComponent(one.retailer_id)}`, changes));

function row(one) {
  const { currency } = state.shop.catalog;
  const price = h("input", { type: "number", min: "0.01", step: "0.01", value: ((one.sale_price ?? one.price) / 100).toFixed(2), "aria-label": `Price of ${one.name} in ${currency}`,
    onchange: (event) => change(one, { [one.sale_price ? "sale_price" : "price"]: Math.round(Number(event.target.value) * 100) }) });
  const there = one.availability === "in stock";
  return h("li", {}, h("img", { src: pictureOf(one), alt: "" }), h("span", {}, one.name, h("small", { class: "soft" }, ` ${one.retailer_id}${one.sale_price ? ` · was ${money(one.price, currency)}` : ""}`)), price,
    h("label", { class: "tick-row" }, h("input", { type: "checkbox", role: "switch", checked: there, "aria-label": `${one.name} is in stock`, onchange: (event) => change(one, { availability: event.target.checked ? "in stock" : "out of stock" }) }), "In stock"));
}

export function catalogTab() {
  const { catalog } = state.shop;
  const select = h("select", { id: "catalog-currency", onchange: (event) => attempt(() => patch("/catalog", { currency: event.target.value })) },
    catalog.currencies.map((one) => h("option", { value: one, selected: one === catalog.currency }, one)));
  return [h("h3", {}, "The catalog"), h("p", { class: "soft" }, "Meta answers with these prices from now on. A cart that was filled before keeps the old ones."),
    h("div", { class: "switch" }, h("label", { for: "catalog-currency" }, "Sells in"), h("small", {}, "Reais are for payments in Brazil, e.g. Pix"), h("div", { class: "control" }, select)),
    h("ul", { class: "stock" }, catalog.products.map(row))];
}
