// Sheets over the chat: one stack, the lower layers inert, Escape closes the top one.
import { h, iconButton } from "./dom.js";

const stack = [];
const layers = () => [document.getElementById("chat"), ...stack.map((one) => one.element)];

export function openSheet({ title, subtitle, body, foot, low = false, className = "", head, back = "close" }) {
  const heading = head ?? h("h2", {}, title, subtitle ? h("small", {}, subtitle) : null);
  const close = () => closeSheet(entry);
  const element = h(
    "section",
    { class: `sheet ${low ? "low" : ""} ${className}`, role: "dialog", "aria-modal": "true", "aria-label": title, tabindex: "-1" },
    h("header", { class: "sheet-head" }, iconButton(back, back === "back" ? "Back" : "Close", close), heading),
    body,
    foot ? h("footer", { class: "sheet-foot" }, foot) : null,
  );
  const veil = low ? h("button", { class: "veil", type: "button", tabindex: "-1", "aria-hidden": "true", onclick: close }) : null;
  const entry = { element, veil, returnTo: document.activeElement, onclose: null };
  layers().at(-1).inert = true;
  stack.push(entry);
  document.getElementById("sheets").append(...[veil, element].filter(Boolean));
  element.focus();
  return { element, close, whenClosed: (work) => { entry.onclose = work; } };
}

function closeSheet(entry) {
  const place = stack.indexOf(entry);
  if (place < 0) return;
  for (const above of stack.splice(place)) {
    above.element.remove();
    above.veil?.remove();
    above.onclose?.();
  }
  layers().at(-1).inert = false;
  if (entry.returnTo?.isConnected) entry.returnTo.focus();
}

export function closeAllSheets() {
  if (stack.length) closeSheet(stack[0]);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && stack.length) closeSheet(stack.at(-1));
});
