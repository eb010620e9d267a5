// The fields of a Flow's screen.
import { h } from "./dom.js";

const INPUTS = { phone: "tel", number: "text", email: "email", password: "password", passcode: "text", text: "text" };
const MODES = { number: "numeric", passcode: "numeric", phone: "tel", email: "email" };
const sourceOf = (part) => part["data-source"] ?? [];
const isChosen = (value, id) => [value].flat().map(String).includes(String(id));

function choices(part, value, type) {
  return h("fieldset", { class: "options" }, h("legend", {}, part.label), sourceOf(part).map((one) => h("label", { class: "option" },
    h("input", { type, name: part.name, value: one.id, checked: isChosen(value, one.id) }), h("span", {}, h("strong", {}, one.title), one.description ? h("small", {}, one.description) : null))));
}

const MAKERS = {
  TextInput: (part, value, shared) => h("input", { ...shared, type: INPUTS[part["input-type"] ?? "text"] ?? "text", inputmode: MODES[part["input-type"]], value: value ?? "", maxlength: part["max-chars"] }),
  TextArea: (part, value, shared) => h("textarea", { ...shared, maxlength: part["max-length"], value: value ?? "" }),
  DatePicker: (part, value, shared) => h("input", { ...shared, type: "date", value: value ?? "" }),
  CalendarPicker: (part, value, shared) => h("input", { ...shared, type: "date", value: value ?? "" }),
  Dropdown: (part, value, shared) => h("select", shared, h("option", { value: "" }, "Choose"), sourceOf(part).map((one) => h("option", { value: one.id, selected: isChosen(value, one.id) }, one.title))),
};

// Returns a field with its label, its help and what is wrong with it.
export function field(part, value, error) {
  const id = `flow-${part.name}`;
  const shared = { id, name: part.name, "aria-invalid": error ? "true" : null, "aria-describedby": error ? `${id}-error` : null };
  const wrong = error ? h("p", { class: "error", id: `${id}-error` }, error) : null;
  if (part.type === "OptIn") return h("div", {}, h("label", { class: "tick-row" }, h("input", { ...shared, type: "checkbox", checked: value === true }), part.label), wrong);
  if (part.type === "RadioButtonsGroup") return h("div", {}, choices(part, value, "radio"), wrong);
  if (part.type === "CheckboxGroup" || part.type === "ChipsSelector") return h("div", {}, choices(part, value, "checkbox"), wrong);
  const made = (MAKERS[part.type] ?? MAKERS.TextInput)(part, value, shared);
  return h("div", {}, h("label", { for: id }, part.label, part.required ? null : h("span", { class: "soft" }, " optional")), made,
    part["helper-text"] && !error ? h("small", { class: "soft" }, part["helper-text"]) : null, wrong);
}
