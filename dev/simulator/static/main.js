// Starts the page: loads what there is, opens a customer's phone, and follows what happens.
import { attempt, follow, get } from "./api.js";
import { showHead, showThread, startComposer } from "./chat.js";
import { showPanel, startPanel } from "./panel.js";
import { showPeople } from "./people.js";
import { closeAllSheets } from "./sheets.js";
import { state } from "./state.js";

const TYPING_MS = 25000;
let typingTimer = null;

function showTyping(on) {
  clearTimeout(typingTimer);
  if (state.typing === on) return;
  state.typing = on;
  if (on) typingTimer = setTimeout(() => showTyping(false), TYPING_MS);
  showHead();
  showThread("");
}

async function loadThread() {
  const wanted = state.current;
  const [thread, people] = await Promise.all([get(`/customers/${encodeURIComponent(wanted)}/messages`), get("/customers")]);
  if (wanted !== state.current) return;
  state.messages = new Map(thread.messages.map((one) => [one.id, one]));
  state.customers = new Map(people.customers.map((one) => [one.id, one]));
  showPeople(choose);
  showHead();
  showThread();
  showPanel();
}

const HANDLERS = {
  message(message) {
    const owner = state.customers.get(message.customer_id);
    const newer = owner && (owner.last_message?.at ?? 0) <= message.at;
    if (newer) {
      state.customers.set(owner.id, { ...owner, last_message: message });
      showPeople(choose);
    }
    if (message.customer_id !== state.current) return;
    const fresh = !state.messages.has(message.id) || (message.direction === "outbound" && message.status === "delivered");
    state.messages.set(message.id, message);
    if (fresh && message.direction === "outbound") showTyping(false);
    showThread(fresh ? message.id : "");
  },
  customer(customer) {
    state.customers.set(customer.id, customer);
    showPeople(choose);
    if (customer.id === state.current) {
      showHead();
      showPanel();
    }
  },
  typing({ customer_id: id, on }) { if (id === state.current) showTyping(on); },
  delivery(delivery) { showPanel({ delivery }); },
  call(call) { showPanel({ call }); },
  link(link) { showPanel({ link }); },
  order(order) {
    state.orders.set(order.reference_id, order);
    document.dispatchEvent(new CustomEvent("order"));
    showPanel({ order });
    if (order.customer_id === state.current) showThread("");
  },
  catalog(catalog) {
    state.shop.catalog = catalog;
    document.dispatchEvent(new CustomEvent("cart"));
    showPanel({ catalog });
  },
  outage(outage) { showPanel({ outage }); },
  switches(switches) { showPanel({ switches }); },
  handshake(handshake) { showPanel({ handshake }); },
  reset() { window.location.reload(); },
};

export function choose(id) {
  const changed = id !== state.current;
  state.current = id;
  state.typing = false;
  document.body.dataset.screen = "chat";
  if (changed) closeAllSheets();
  history.replaceState(null, "", `?customer=${encodeURIComponent(id)}`);
  listen();
}

function listen() {
  follow(state.current, HANDLERS, () => attempt(loadThread));
}

document.addEventListener("visibilitychange", () => { if (state.current) listen(); });

function tellTime() {
  document.getElementById("clock").textContent = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

async function start() {
  tellTime();
  setInterval(tellTime, 10000);
  state.shop = await get("/shop");
  const [{ customers }, { orders }] = await Promise.all([get("/customers"), get("/whatsapp_payments")]);
  state.orders = new Map(orders.map((one) => [one.reference_id, one]));
  state.customers = new Map(customers.map((one) => [one.id, one]));
  startComposer();
  await startPanel();
  const asked = new URLSearchParams(location.search).get("customer");
  choose(state.customers.has(asked) ? asked : customers[0].id);
}

attempt(start);
