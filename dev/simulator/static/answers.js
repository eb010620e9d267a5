// How a customer answers: list rows, the Indian address form, a place, the built-in browser.
import { act } from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { openSheet } from "./sheets.js";
import { customer, state } from "./state.js";

function option(name, value, title, detail, checked = false) {
  return h("label", { class: "option" }, h("input", { type: "radio", name, value, checked, required: true }),
    h("span", {}, h("strong", {}, title), detail ? h("small", {}, detail) : null));
}

export function openList(message) {
  const { action, header } = message.content.interactive;
  const form = h("form", { class: "sheet-body form", id: "list-form" }, action.sections.map((section) =>
    h("fieldset", { class: "options" }, section.title ? h("legend", {}, section.title) : null,
      section.rows.map((row) => option("row", row.id, row.title, row.description)))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = await act(state.current, "list", { message_id: message.id, id: new FormData(form).get("row") });
    if (sent) sheet.close();
  });
  const sheet = openSheet({ title: header?.text ?? action.button, low: true, body: form, foot: h("button", { class: "primary", form: "list-form" }, icon("send"), "Send") });
}

const FIELDS = [
  { name: "name", label: "Full name", required: true, autocomplete: "name" },
  { name: "phone_number", label: "Phone number", required: true, type: "tel", pattern: /^\+?[\d\s-]{8,16}$/, wrong: "Enter a phone number with 8 to 15 digits." },
  { name: "in_pin_code", label: "PIN code", required: true, pattern: /^[1-9]\d{5}$/, wrong: "A PIN code has six digits." },
  { name: "city", label: "City", required: true },
  { name: "house_number", label: "House or flat" },
  { name: "floor_number", label: "Floor" },
  { name: "tower_number", label: "Tower" },
  { name: "building_name", label: "Building" },
  { name: "address", label: "Street and area", required: true, wide: true },
  { name: "landmark_area", label: "Landmark", wide: true },
  { name: "state", label: "State", wide: true },
];

function field(one, value, error) {
  const id = `address-${one.name}`;
  return h("div", { style: one.wide || one.name === "name" || one.name === "phone_number" ? "grid-column:1/-1" : null },
    h("label", { for: id }, one.label, one.required ? null : h("span", { class: "soft" }, " optional")),
    h("input", { id, name: one.name, type: one.type ?? "text", value: value ?? "", "aria-invalid": error ? "true" : null, "aria-describedby": error ? `${id}-error` : null, inputmode: one.name === "in_pin_code" ? "numeric" : null }),
    error ? h("p", { class: "error", id: `${id}-error` }, error) : null);
}

function complaints(values) {
  const found = {};
  for (const one of FIELDS) {
    const value = values[one.name] ?? "";
    if (one.required && !value) found[one.name] = `${one.label} is needed.`;
    else if (value && one.pattern && !one.pattern.test(value)) found[one.name] = one.wrong;
  }
  return found;
}

const oneLine = (values) => ["house_number", "building_name", "address", "landmark_area", "city", "in_pin_code"].map((name) => values[name]).filter(Boolean).join(", ");

// Opens the address form: saved addresses first, the shop's own complaints at their fields.
export function openAddress(message) {
  const { values: given = {}, saved_addresses: offered = [], validation_errors: errors = {} } = message.content.interactive.action.parameters;
  const saved = [...offered, ...customer().saved_addresses.filter((one) => !offered.some((other) => other.id === one.id))];
  const prefilled = { name: customer().name, phone_number: customer().phone ? `+${customer().phone}` : "", ...given };
  const body = h("div", { class: "sheet-body" });
  const foot = h("div");
  const sheet = openSheet({ title: "Delivery address", subtitle: state.shop.name, body, foot, low: true });

  const send = async (answer) => {
    if (await act(state.current, "address", { message_id: message.id, ...answer })) sheet.close();
  };

  function choose() {
    const form = h("form", { id: "saved-form", class: "form" },
      h("fieldset", { class: "options" }, h("legend", {}, "Saved addresses"), saved.map((one, index) => option("saved", one.id, one.value.name ?? "Address", oneLine(one.value), index === 0))),
      h("button", { type: "button", class: "quiet-button", onclick: () => fill(prefilled, errors) }, icon("plus"), "Add a new address"));
    form.addEventListener("submit", (event) => { event.preventDefault(); send({ saved_address_id: new FormData(form).get("saved") }); });
    body.replaceChildren(form);
    foot.replaceChildren(h("button", { class: "primary", form: "saved-form" }, icon("send"), "Send this address"));
  }

  function fill(values, wrong) {
    const form = h("form", { id: "address-form", class: "form", novalidate: true },
      Object.keys(wrong).length ? h("div", { class: "alert", role: "alert" }, icon("alert"), h("span", {}, "Please check the marked fields.")) : null,
      h("div", { class: "pair" }, FIELDS.map((one) => field(one, values[one.name], wrong[one.name]))),
      h("label", { class: "tick-row" }, h("input", { type: "checkbox", name: "save", checked: values.save !== false }), "Save this address on my phone"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const data = new FormData(form);
      const typed = Object.fromEntries(FIELDS.map((one) => [one.name, String(data.get(one.name)).trim()]));
      const found = complaints(typed);
      // WhatsApp does not send what the shop has just refused.
      for (const [name, words] of Object.entries(errors)) if (typed[name] === String(given[name] ?? "")) found[name] ??= words;
      if (Object.keys(found).length) fill({ ...typed, save: data.has("save") }, found);
      else send({ values: typed, save: data.has("save") });
    });
    body.replaceChildren(form);
    foot.replaceChildren(h("button", { class: "primary", form: "address-form" }, icon("send"), "Send address"));
    (form.querySelector("[aria-invalid]") ?? form.querySelector("input")).focus();
  }

  if (saved.length && !Object.keys(errors).length) choose();
  else fill(prefilled, errors);
}

const PLACES = [
  { name: "Cubbon Park bandstand", address: "Kasturba Road, Bengaluru 560001", latitude: 12.9763, longitude: 77.5929 },
  { name: "Gateway of India", address: "Apollo Bandar, Mumbai 400001", latitude: 18.922, longitude: 72.8347 },
  { name: "Marina lighthouse", address: "Kamaraj Salai, Chennai 600004", latitude: 13.0396, longitude: 80.2794 },
];

export function openLocation(message = null) {
  const form = h("form", { class: "sheet-body form", id: "place-form" },
    h("fieldset", { class: "options" }, h("legend", {}, "Places"), PLACES.map((place, index) => option("place", String(index), place.name, place.address, index === 0)),
      option("place", "here", "Current location", "Only the coordinates below, without a name")),
    h("div", { class: "pair" },
      h("div", {}, h("label", { for: "latitude" }, "Latitude"), h("input", { id: "latitude", name: "latitude", type: "text", inputmode: "decimal", value: "12.9716" })),
      h("div", {}, h("label", { for: "longitude" }, "Longitude"), h("input", { id: "longitude", name: "longitude", type: "text", inputmode: "decimal", value: "77.5946" }))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const place = PLACES[data.get("place")] ?? { latitude: data.get("latitude"), longitude: data.get("longitude") };
    const sent = await act(state.current, "location", { ...place, ...(message ? { message_id: message.id } : {}) });
    if (sent) sheet.close();
  });
  const sheet = openSheet({ title: "Share a location", low: true, body: form, foot: h("button", { class: "primary", form: "place-form" }, icon("send"), "Send location") });
}

// Opens a link as a phone would: payment pages inside the chat, other sites in a new tab.
export function openLink(address) {
  const url = new URL(address, location.href);
  const here = url.host === location.host || (url.port === location.port && ["localhost", "127.0.0.1"].includes(url.hostname));
  if (!here || !/^\/(payments|stripe)\//.test(url.pathname)) {
    window.open(url, "_blank", "noopener");
    return;
  }
  const own = url.pathname + url.search;
  const frame = h("iframe", { src: own, title: "Payment page" });
  const head = h("div", { class: "browser-bar" }, icon("lock"), h("span", {}, url.host + url.pathname));
  const sheet = openSheet({ title: "Payment page", className: "browser", head, body: frame });
  sheet.element.querySelector(".sheet-head").append(iconButton("out", "Open in a new tab", () => window.open(own, "_blank", "noopener")));
  const onmessage = (event) => { if (event.source === frame.contentWindow && event.data === "close") sheet.close(); };
  window.addEventListener("message", onmessage);
  sheet.whenClosed(() => window.removeEventListener("message", onmessage));
}
