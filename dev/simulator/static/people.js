// The list of customers, and making a new one.
import { attempt, post } from "./api.js";
import { avatar, h, icon } from "./dom.js";
import { clock, summary } from "./format.js";
import { openSheet } from "./sheets.js";
import { state } from "./state.js";

const list = document.getElementById("people");

function person(one, choose) {
  const last = one.last_message;
  return h("li", {}, h("button", { type: "button", class: "person", "aria-current": String(one.id === state.current), title: one.name, onclick: () => choose(one.id) },
    avatar(one.name, one.id), h("strong", {}, one.name), h("span", { class: "when" }, last ? clock(last.at) : ""),
    h("span", { class: "last" }, last ? summary(last.content) : one.note || one.handle),
    one.unread && one.id !== state.current ? h("span", { class: "badge", "aria-label": `${one.unread} unread` }, String(one.unread)) : null));
}

export function showPeople(choose) {
  const people = [...state.customers.values()].sort((one, other) => (other.last_message?.at ?? 0) - (one.last_message?.at ?? 0));
  const scroll = list.querySelector("ul")?.scrollTop ?? 0;
  const focused = list.contains(document.activeElement) ? document.activeElement.title : null;
  list.replaceChildren(
    h("h1", {}, "Customers"), h("p", { class: "lead" }, `Whose phone are you holding? You write to ${state.shop.name}.`),
    h("ul", {}, people.map((one) => person(one, choose))),
    h("div", { class: "people-foot" },
      h("button", { type: "button", class: "quiet-button", title: "New customer", onclick: () => openNewCustomer(choose) }, icon("plus"), h("span", {}, "New customer")),
      state.shop.dashboard_url ? h("a", { class: "quiet-button", href: state.shop.dashboard_url, target: "dashboard", title: "The shop’s dashboard" }, icon("store"), h("span", {}, "Dashboard")) : null));
  list.querySelector("ul").scrollTop = scroll;
  if (focused) [...list.querySelectorAll("button")].find((one) => one.title === focused)?.focus();
}

const COUNTRIES = [["IN", "India (+91)"], ["GB", "United Kingdom (+44)"], ["US", "United States (+1)"], ["BR", "Brazil (+55)"], ["AE", "United Arab Emirates (+971)"], ["DE", "Germany (+49)"]];

function openNewCustomer(choose) {
  const kind = (value, title, detail, checked) => h("label", { class: "option" }, h("input", { type: "radio", name: "kind", value, checked }), h("span", {}, h("strong", {}, title), h("small", {}, detail)));
  const form = h("form", { class: "sheet-body form", id: "person-form" },
    h("div", {}, h("label", { for: "person-name" }, "Name"), h("input", { id: "person-name", name: "name", type: "text", required: true, maxlength: 60, placeholder: "e.g. Farah Siddiqui" })),
    h("div", {}, h("label", { for: "person-country" }, "Country"), h("select", { id: "person-country", name: "country" }, COUNTRIES.map(([code, label]) => h("option", { value: code }, label)))),
    h("fieldset", { class: "options" }, h("legend", {}, "What the shop sees"),
      kind("phone", "A phone number", "Made up for you; address forms work in India.", true), kind("username", "Only a username", "No phone number: the shop gets a business-scoped user id.")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const wanted = { name: data.get("name"), country: data.get("country"), ...(data.get("kind") === "username" ? { phone: null } : {}) };
    const made = await attempt(() => post("/customers", wanted));
    if (!made) return;
    sheet.close();
    state.customers.set(made.id, made);
    choose(made.id);
  });
  document.body.dataset.screen = "chat";
  const sheet = openSheet({ title: "New customer", low: true, body: form, foot: h("button", { class: "primary", form: "person-form" }, icon("person"), "Create and open the phone") });
  form.querySelector("input").focus();
}
