// A Flow's screens, drawn from its JSON; without one, a plain address form.
import { act, get } from "./api.js";
import { field as control } from "./flow_fields.js";
import { h, icon, toast } from "./dom.js";
import { openSheet } from "./sheets.js";
import { customer, state } from "./state.js";

const text = (name, label, more = {}) => ({ type: "TextInput", name, label, required: true, ...more });
// What is asked when the simulator does not have the Flow's JSON.
const PLAIN = {
  version: "7.0",
  screens: [{
    id: "ADDRESS", title: "Delivery address", terminal: true, data: {},
    layout: { type: "SingleColumnLayout", children: [{ type: "Form", name: "form", children: [
      text("name", "Full name"), text("phone_number", "Phone number", { "input-type": "phone" }), text("house_number", "House or flat"),
      text("address", "Street and area"), text("city", "City"), text("in_pin_code", "PIN code", { "input-type": "number" }),
      { type: "Footer", label: "Send", "on-click-action": { name: "complete", payload: Object.fromEntries(["name", "phone_number", "house_number", "address", "city", "in_pin_code"].map((name) => [name, `\${form.${name}}`])) } }] }] },
  }],
};

export function flowOf(message) {
  if (message.content.interactive?.type === "flow") return message.content.interactive.action.parameters;
  const button = message.content.template?.components?.find((one) => String(one.sub_type).toLowerCase() === "flow");
  return button ? button.parameters?.[0]?.action ?? {} : null;
}

// Puts values in the place of ${data.x}, ${form.x} and ${screen.ID.form.x}.
function resolve(value, scope) {
  if (Array.isArray(value)) return value.map((one) => resolve(one, scope));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolve(one, scope)]));
  if (typeof value !== "string") return value;
  const whole = /^\$\{([\w.]+)\}$/.exec(value);
  if (whole) return look(whole[1], scope);
  return value.replace(/\$\{([\w.]+)\}/g, (_, path) => look(path, scope) ?? "");
}

const look = (path, scope) => path.split(".").reduce((found, name) => found?.[name], scope);

// Whether an If's condition holds: ${data.x}, !${data.x}, ${form.x} == 'y'.
function holds(condition, scope) {
  const compared = /^\(?\s*(!?)\$\{([\w.]+)\}\s*(?:(==|!=)\s*('?)(.*?)\4)?\s*\)?$/.exec(String(condition));
  if (!compared) return true;
  const [, not, path, operator, , wanted] = compared;
  const value = look(path, scope);
  if (!operator) return not ? !value : Boolean(value);
  return (String(value) === wanted) === (operator === "==");
}

const WORDS = { TextHeading: "h3", TextSubheading: "h4", TextBody: "p", TextCaption: "small", RichText: "p" };

class Screens {
  constructor(message, parameters, definition) {
    const payload = parameters.flow_action_payload ?? {};
    this.message = message;
    this.definition = definition;
    this.kept = {};
    this.body = h("div", { class: "sheet-body" });
    this.foot = h("div");
    this.sheet = openSheet({ title: this.screen(payload.screen).title ?? "Form", subtitle: state.shop.name, body: this.body, foot: this.foot, low: true });
    this.show(payload.screen ?? definition.screens[0].id, payload.data ?? {});
  }

  screen(id) {
    return this.definition.screens.find((one) => one.id === id) ?? this.definition.screens[0];
  }

  show(id, data) {
    this.current = this.screen(id);
    this.data = data;
    this.values = {};
    this.sheet.element.querySelector("h2").firstChild.textContent = this.current.title ?? "Form";
    this.draw({});
    this.body.scrollTop = 0;
  }

  scope() {
    return { data: this.data, form: this.values, screen: Object.fromEntries(Object.entries(this.kept).map(([id, form]) => [id, { form }])) };
  }

  draw(wrong) {
    this.fields = [];
    const missing = Object.keys(this.current.data ?? {}).filter((name) => !(name in this.data));
    const form = h("form", { class: "form", id: "flow-form", novalidate: true },
      missing.length ? h("div", { class: "alert", role: "alert" }, icon("alert"), h("span", {}, `WhatsApp would not open this: the shop gave no value for ${missing.join(", ")}.`)) : null,
      this.parts(this.current.layout.children, {}, wrong));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(form); });
    form.addEventListener("change", () => { this.read(form); if (this.depends) this.draw({}); });
    this.body.replaceChildren(form);
    this.foot.replaceChildren(this.footer ? h("button", { class: "primary", form: "flow-form" }, icon("send"), resolve(this.footer.label, this.scope())) : "");
  }

  parts(children, around, wrong) {
    return children.flatMap((part) => this.part(part, around, wrong)).filter(Boolean);
  }

  part(part, around, wrong) {
    const scope = this.scope();
    if (part.visible !== undefined && !resolve(part.visible, scope)) return [];
    if (part.type === "Form") return this.parts(part.children, { values: resolve(part["init-values"] ?? {}, scope) ?? {}, errors: resolve(part["error-messages"] ?? {}, scope) ?? {} }, wrong);
    if (part.type === "If") {
      this.depends = true;
      return this.parts((holds(part.condition, scope) ? part.then : part.else) ?? [], around, wrong);
    }
    if (part.type === "Switch") {
      this.depends = true;
      return this.parts(part.cases?.[resolve(part.value, scope)] ?? part.cases?.default ?? [], around, wrong);
    }
    if (part.type === "Footer") {
      this.footer = part;
      return [];
    }
    if (WORDS[part.type]) return [h(WORDS[part.type], { class: "flow-words" }, [resolve(part.text, scope)].flat().join("\n"))];
    if (part.type === "Image") return [h("img", { class: "flow-picture", alt: part["alt-text"] ?? "", src: `data:image/png;base64,${resolve(part.src, scope)}` })];
    if (!part.name) return [];
    return [this.field(part, around, wrong, scope)];
  }

  field(part, around, wrong, scope) {
    const shown = { ...resolve(part, scope), name: part.name, type: part.type };
    this.fields.push(shown);
    const value = this.values[part.name] ?? shown["init-value"] ?? around.values?.[part.name] ?? "";
    if (this.values[part.name] === undefined) this.values[part.name] = value;
    const error = wrong[part.name] ?? (this.tried ? null : around.errors?.[part.name] ?? shown["error-message"]);
    return control(shown, value, error);
  }

  read(form) {
    const data = new FormData(form);
    for (const one of this.fields) {
      if (one.type === "OptIn") this.values[one.name] = data.has(one.name);
      else if (["CheckboxGroup", "ChipsSelector"].includes(one.type)) this.values[one.name] = data.getAll(one.name);
      else this.values[one.name] = String(data.get(one.name) ?? "").trim();
    }
  }

  complaints() {
    const found = {};
    for (const one of this.fields) {
      const value = this.values[one.name];
      const empty = value === "" || value === false || (Array.isArray(value) && !value.length);
      if (one.required && empty) found[one.name] = `${one.label} is needed.`;
      else if (!empty && typeof value === "string") {
        if (one["min-chars"] && value.length < Number(one["min-chars"])) found[one.name] = `At least ${one["min-chars"]} characters.`;
        if (one["max-chars"] && value.length > Number(one["max-chars"])) found[one.name] = `At most ${one["max-chars"]} characters.`;
        if (one.pattern && !new RegExp(`^(?:${one.pattern})$`).test(value)) found[one.name] = one["helper-text"] ?? `Check ${one.label.toLowerCase()}.`;
        if (one["input-type"] === "number" && !/^\d+$/.test(value)) found[one.name] = "Digits only.";
      }
    }
    return found;
  }

  async submit(form) {
    this.read(form);
    this.tried = true;
    const wrong = this.complaints();
    if (Object.keys(wrong).length) {
      this.draw(wrong);
      this.body.querySelector("[aria-invalid]")?.focus();
      return;
    }
    this.kept[this.current.id] = { ...this.values };
    const action = this.footer["on-click-action"];
    const payload = resolve(action.payload ?? {}, this.scope());
    if (action.name === "navigate") this.show(action.next.name, payload);
    else if (action.name === "complete") {
      if (await act(state.current, "flow", { message_id: this.message.id, values: payload })) this.sheet.close();
    } else toast(`This phone has no endpoint for ${action.name}.`);
  }
}

export async function openFlow(message) {
  const parameters = flowOf(message);
  let definition = PLAIN;
  try {
    definition = (await get(`/flows/${encodeURIComponent(parameters.flow_id ?? parameters.flow_name ?? "flow")}`)).json;
  } catch {
    const known = { name: customer().name, phone_number: customer().phone ? `+${customer().phone}` : "" };
    definition = structuredClone(PLAIN);
    for (const one of definition.screens[0].layout.children[0].children) one["init-value"] = parameters.flow_action_payload?.data?.[one.name] ?? known[one.name];
  }
  return new Screens(message, parameters, definition);
}
