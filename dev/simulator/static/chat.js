// The conversation: its head, its bubbles in order, and the composer.
import { act } from "./api.js";
import { openLocation } from "./answers.js";
import { bubble } from "./bubbles.js";
import { openCatalog, pictureOf } from "./catalog.js";
import { h, icon, iconButton, shopAvatar, toast } from "./dom.js";
import { day, summary } from "./format.js";
import { sendScreenshot } from "./bank.js";
import { wordsOf } from "./panel_customer.js";
import { openSheet } from "./sheets.js";
import { customer, state } from "./state.js";

const thread = document.getElementById("thread");
const draft = document.getElementById("draft");
const WINDOW_SECONDS = 24 * 3600;
const NEAR_THE_END = 140;
const FILE_MOST = 5 * 1024 * 1024;

export function showHead() {
  const head = document.getElementById("chat-head");
  const status = state.typing ? h("p", { class: "typing" }, "typing…") : h("p", { title: `+${state.shop.display_phone_number}` }, "Business account");
  head.replaceChildren(
    iconButton("back", "All customers", () => { document.body.dataset.screen = "people"; }, { class: "icon-button back only-phone" }),
    shopAvatar(state.shop.name),
    h("div", { class: "who" }, h("h2", {}, state.shop.name), status),
    iconButton("store", "Browse the catalog", () => openCatalog()),
    iconButton("sliders", "Behind the scenes", () => { document.body.dataset.panel = "open"; document.getElementById("panel").querySelector("button").focus(); }, { class: "icon-button only-narrow" }));
  showBanner();
}

function showBanner() {
  const banner = document.getElementById("banner");
  const { offline, unreachable, window_closed: shut, last_inbound_at: last } = customer();
  const closed = shut || (last && Date.now() / 1000 - last > WINDOW_SECONDS);
  const waiting = visible().filter((one) => one.status === "sent" || one.status === "accepted").length;
  if (offline) banner.textContent = `This phone is offline.${waiting ? ` ${waiting} waiting.` : ""}`;
  else if (unreachable) banner.textContent = "This customer has blocked the shop: messages to it fail.";
  else if (closed) banner.textContent = "The 24-hour window is closed until this customer writes.";
  banner.hidden = !(offline || unreachable || closed);
}

const visible = () => [...state.messages.values()].filter((one) => one.customer_id === state.current);
const arrived = (one) => one.direction === "inbound" || ["delivered", "read", "failed"].includes(one.status);

function ghost(message) {
  const { error } = message;
  return h("p", { class: "ghost", id: message.id }, `Not delivered: ${error.title} (${error.code}). The shop was told; a real phone shows nothing.`);
}

function welcome() {
  const pictures = state.shop.catalog.products.filter((_, index) => [1, 12, 15].includes(index));
  return h("div", { class: "empty" }, h("div", { class: "fan" }, pictures.map((one) => h("img", { src: pictureOf(one), alt: "" }))),
    h("h3", {}, `Say hello to ${state.shop.name}`), h("p", {}, `You are ${customer().name}. Fill a cart and send it: it becomes an order.`),
    h("button", { type: "button", class: "primary", onclick: () => openCatalog() }, icon("store"), "Browse the catalog"),
    h("button", { type: "button", class: "quiet-button", onclick: () => act(state.current, "text", { body: wordsOf(customer())[0] }) }, wordsOf(customer())[0]));
}

// Draws the whole thread; `freshId` is the message that has just come and may move in.
export function showThread(freshId = null) {
  const atTheEnd = freshId === null || thread.scrollHeight - thread.scrollTop - thread.clientHeight < NEAR_THE_END;
  const messages = visible().filter(arrived).filter((one) => one.content.type !== "reaction").sort((one, other) => one.at - other.at);
  const nodes = [h("p", { class: "notice" }, "A simulated chat. Nothing leaves this machine.")];
  let [lastDay, last] = [null, null];
  for (const message of messages) {
    if (day(message.at) !== lastDay) {
      lastDay = day(message.at);
      nodes.push(h("p", { class: "day" }, lastDay));
      last = null;
    }
    nodes.push(message.status === "failed" ? ghost(message) : bubble(message, { same: last?.direction === message.direction, fresh: message.id === freshId }));
    last = message;
  }
  if (!messages.length) nodes.push(welcome());
  if (state.typing) nodes.push(h("div", { class: "message" }, h("div", { class: "bubble", style: "min-width:0" }, h("span", { class: "dots", "aria-label": "The shop is typing" }, h("i"), h("i"), h("i")))));
  const focused = thread.contains(document.activeElement) ? document.activeElement.closest("article")?.id : null;
  thread.replaceChildren(...nodes);
  if (focused) document.getElementById(focused)?.querySelector("button")?.focus();
  if (atTheEnd) thread.scrollTop = thread.scrollHeight;
  showBanner();
}

function fitDraft() {
  draft.style.height = "auto";
  draft.style.height = `${draft.scrollHeight}px`;
}

async function sendDraft(event) {
  event.preventDefault();
  const text = draft.value.trim();
  if (!text) return draft.focus();
  draft.value = "";
  fitDraft();
  if (!(await act(state.current, "text", { body: text }))) draft.value = text;
  return draft.focus();
}

function pickFile(kind, accept) {
  const input = h("input", { type: "file", accept });
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (!file) return;
    if (file.size > FILE_MOST) return toast("Choose a file under 5 MB.");
    const reader = new FileReader();
    reader.onload = () => act(state.current, "media", { kind, data: reader.result.split(",")[1], mime_type: file.type, ...(kind === "document" ? { filename: file.name } : {}) });
    return reader.readAsDataURL(file);
  });
  input.click();
}

// Asks what the screenshot of a payment shall say, and sends it.
function askScreenshot() {
  const shown = [...visible()].reverse().map((one) => /(?:₹|R\$)\s?[\d.,]+/.exec(summary(one.content))?.[0]).find(Boolean);
  const form = h("form", { class: "sheet-body form", id: "screenshot-form" },
    h("div", {}, h("label", { for: "screenshot-amount" }, "Amount"), h("input", { id: "screenshot-amount", name: "amount", type: "text", required: true, value: shown?.replace(/[.,]$/, "") ?? "₹" })),
    h("div", {}, h("label", { for: "screenshot-payee" }, "Paid to"), h("input", { id: "screenshot-payee", name: "payee", type: "text", value: state.shop.name })),
    h("div", {}, h("label", { for: "screenshot-reference" }, "Reference ", h("span", { class: "soft" }, "optional")), h("input", { id: "screenshot-reference", name: "reference", type: "text" })));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await sendScreenshot(Object.fromEntries(new FormData(form)))) sheet.close();
  });
  const sheet = openSheet({ title: "Payment screenshot", subtitle: "As your bank’s app would show it", low: true, body: form, foot: h("button", { class: "primary", form: "screenshot-form" }, icon("send"), "Send screenshot") });
}

function toggleMenu() {
  const button = document.getElementById("attach");
  const open = document.querySelector(".menu");
  const close = () => {
    button.setAttribute("aria-expanded", "false");
    const menu = document.querySelector(".menu");
    menu?.removeEventListener("focusout", leave);
    menu?.remove();
  };
  const leave = (event) => {
    if (!event.currentTarget.contains(event.relatedTarget) && event.relatedTarget !== button) close();
  };
  if (open) return close();
  const entry = (name, label, work) => h("button", { type: "button", role: "menuitem", onclick: () => { close(); work(); } }, icon(name), label);
  const menu = h("div", { class: "menu", role: "menu" }, entry("pin", "Location", () => openLocation()), entry("image", "Picture", () => pickFile("image", "image/jpeg,image/png")), entry("file", "Document", () => pickFile("document", "application/pdf,text/plain")),
    entry("card", "Payment screenshot", askScreenshot), entry("store", "Catalog", () => openCatalog()));
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); button.focus(); } });
  menu.addEventListener("focusout", leave);
  document.getElementById("chat").append(menu);
  button.setAttribute("aria-expanded", "true");
  menu.querySelector("button").focus();
  return undefined;
}

export function startComposer() {
  document.getElementById("composer").addEventListener("submit", sendDraft);
  draft.addEventListener("input", fitDraft);
  draft.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) sendDraft(event);
  });
  document.getElementById("attach").addEventListener("click", toggleMenu);
  document.getElementById("open-catalog").addEventListener("click", () => openCatalog());
}
