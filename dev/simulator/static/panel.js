// Behind the scenes: webhooks and API calls as they happen, and switches for trouble.
import { attempt, get, patch, post, remove } from "./api.js";
import { h, icon, iconButton, toast } from "./dom.js";
import { clock } from "./format.js";
import { catalogTab } from "./panel_catalog.js";
import { customerTab } from "./panel_customer.js";
import { moneyTab } from "./panel_money.js";
import { state } from "./state.js";

const panel = document.getElementById("panel");
const KEPT = 80;
const known = { traffic: new Map(), switches: {}, handshake: null, outageUntil: 0, failures: [], scan: { number: "", status: "delivered", shape: "scans" } };
let [tab, calls] = ["traffic", 0];

const SWITCHES = [
  ["duplicate", "Duplicates", "Extra copies of every webhook"],
  ["reorder", "Out of order", "Hold webhooks for a moment, then send the newest first"],
  ["batch", "Batch", "Changes that share one POST"],
  ["delay_ms", "Delay", "Milliseconds before a webhook leaves"],
  ["paused", "Pause delivery", "Webhooks wait here until this is off"],
  ["wrong_signature", "Wrong signature", "Sign with another secret: the app must refuse"],
  ["slow_ms", "Slow Graph API", "Milliseconds before Meta answers the app"],
  ["window_error_at_once", "131047 at once", "Refuse late messages in the answer, not by a status"],
  ["payment_statuses", "Payment webhooks", "Tell the app of payments in the chat; off, only its lookup finds them"],
  ["statuses", "Status webhooks", "Tell the app sent, delivered, read, failed"],
  ["pair_limit", "Pair limit", "One message per 6 s and customer, 45 in a burst (131056)"],
  ["token_expired", "Token expired", "Every call of the app is refused with 190"],
  ["catalog_limit", "Catalog limit", "Catalog calls are refused with 80009"],
  ["payment_terms_missing", "Payment terms missing", "Orders to pay are refused with 134011"],
  ["strict_templates", "Only known templates", "Others are refused with 132001"],
  ["throughput_limit", "Throughput limit", "80 messages a second (130429)"],
  ["all_gateway_events", "All gateway events", "Also payment.authorized, payment.captured, order.paid"],
];
const FAILURES = [["131000", "131000 something went wrong (500)"], ["2", "2 service down (503)"], ["190", "190 token not valid (401)"], ["130429", "130429 rate limit"], ["131056", "131056 pair limit"], ["131026", "131026 undeliverable"], ["100", "100 invalid parameter"]];

const SCANS = [["in_transit", "In transit"], ["out_for_delivery", "Out for delivery"], ["failed_attempt", "Nobody was there"], ["delivered", "Delivered"], ["returning", "On its way back"], ["returned", "Back at the shop"], ["lost", "Lost"]];

function pillOf(entry) {
  if (entry.kind === "graph") return [entry.status ? String(entry.status) : "no answer", entry.status && entry.status < 300 ? "good" : "bad"];
  const last = entry.attempts.at(-1);
  if (!last) return ["waiting", "wait"];
  const tries = entry.attempts.length > 1 ? ` ×${entry.attempts.length}` : "";
  if (entry.state === "delivered") return [`${last.status}${tries}`, "good"];
  return [`${last.status ?? "no answer"}${tries}`, "bad"];
}

function requestName(call) {
  const { request, method = "POST", path = "/messages" } = call;
  if (!path.endsWith("/messages")) return `${method} ${path.replace(/^\/v\d+\.\d+\/(\d+\/)?/, "") || "node"}${call.answer?.error ? ` · ${call.answer.error.code}` : ""}`;
  if (request?.status === "read") return "read receipt";
  const kind = request?.type === "interactive" ? request.interactive?.type : request?.type;
  const error = call.answer?.error;
  return `${String(kind ?? "message").replaceAll("_", " ")}${error ? ` · ${error.code}` : ""}`;
}

function inside(entry) {
  if (entry.kind === "graph") {
    return [h("pre", {}, JSON.stringify(entry.request, null, 2)), h("pre", {}, JSON.stringify(entry.answer, null, 2))];
  }
  return [
    h("ol", {}, entry.attempts.map((one) => h("li", {}, `${one.status ?? "no answer"} after ${one.ms} ms${one.error ? ` — ${one.error}` : ""}`))),
    h("button", { type: "button", class: "quiet-button", onclick: () => attempt(() => post(`/deliveries/${entry.id}/retry`)).then((done) => done && toast("On its way again.")) },
      icon("again"), entry.state === "delivered" ? "Send it again" : "Try now"),
    h("pre", {}, pretty(entry.body))];
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function row(entry, fresh) {
  const graph = entry.kind === "graph";
  const [label, tone] = pillOf(entry);
  const details = h("details", { class: fresh ? "fresh" : null, "data-id": entry.id },
    h("summary", {}, h("span", { class: `way ${graph ? "graph" : entry.channel}`, title: graph ? "App → Graph API" : "Webhook → app" }, graph ? "↓" : "↑"),
      h("span", { class: "what" }, graph ? requestName(entry) : entry.summary, h("small", {}, ` ${clock(graph ? entry.at : entry.created_at)}`)),
      h("span", { class: `pill ${tone}` }, label)));
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(h("div", { class: "inside" }, inside(entry))); });
  return h("li", {}, details);
}

function webhookCard() {
  const verdict = known.handshake;
  const said = verdict ? h("p", { class: `verdict ${verdict.ok ? "good" : "bad"}`, role: "status" }, verdict.ok ? "Verified: it answered the challenge." : `Not verified: ${verdict.said}`) : h("p", { class: "verdict soft" }, "Meta’s GET handshake, as when you save the URL.");
  return h("div", { class: "webhook" }, h("strong", {}, "Webhook"), h("code", {}, state.shop.webhook_url),
    h("div", { class: "row" }, h("button", { type: "button", class: "quiet-button", onclick: () => attempt(() => post("/webhooks/verify")) }, icon("check"), "Verify webhook"), said));
}

function trafficTab() {
  const entries = [...known.traffic.values()].reverse();
  return [webhookCard(), h("h3", {}, "Traffic"), h("p", { class: "soft" }, "↑ webhooks to the app, ↓ its calls to the Graph API. Newest first; open one to read it."),
    h("ul", { class: "log" }, entries.map((one) => row(one, false)))];
}

function switchRow([name, label, detail]) {
  const value = known.switches[name];
  const id = `switch-${name}`;
  const change = (next) => attempt(() => patch("/switches", { [name]: next }));
  const control = typeof value === "boolean"
    ? h("input", { type: "checkbox", role: "switch", id, checked: value, onchange: (event) => change(event.target.checked) })
    : h("input", { type: "number", id, min: name === "batch" ? 1 : 0, step: name.endsWith("_ms") ? 100 : 1, value: String(value), onchange: (event) => change(Number(event.target.value)) });
  return h("div", { class: "switch" }, h("label", { for: id }, label), h("small", {}, detail), h("div", { class: "control" }, control));
}

function troubleTab() {
  const code = h("select", { "aria-label": "Error" }, FAILURES.map(([value, label]) => h("option", { value }, label)));
  const count = h("input", { type: "number", min: 1, value: "1", "aria-label": "How many sends" });
  const fail = async () => {
    const planned = await attempt(() => post("/failures", { code: Number(code.value), count: Number(count.value) }));
    if (planned) toast("The app’s next sends will fail.");
  };
  return [h("h3", {}, "Meta is down"), outageRow(), h("h3", {}, "Fail the app’s next sends"), h("div", { class: "fail" }, code, count, h("button", { type: "button", class: "quiet-button", onclick: fail }, "Plan")),
    h("h3", {}, "Networks on a bad day"), SWITCHES.map(switchRow),
    h("h3", {}, "Start over"), h("button", { type: "button", class: "quiet-button", onclick: startOver }, icon("again"), "Forget all chats and switches")];
}

const OUTAGES = [["error", "500 for every call"], ["unavailable", "503 for every call"], ["rate_limit", "429, rate limit"], ["timeout", "No answer, nothing sent"], ["disconnect", "Connection broken, nothing sent"], ["lost_answer", "Sent, but the answer is lost"]];

function outageRow() {
  const left = Math.max(0, Math.round((known.outageUntil - Date.now()) / 1000));
  if (left) return h("div", { class: "fail" }, h("p", { class: "verdict bad" }, `Down for ${left} s more.`), h("button", { type: "button", class: "quiet-button", onclick: () => attempt(() => remove("/outage")) }, "End it"));
  const mode = h("select", { "aria-label": "How it is down" }, OUTAGES.map(([value, label]) => h("option", { value }, label)));
  const seconds = h("input", { type: "number", min: 1, value: "60", "aria-label": "For how many seconds" });
  return h("div", { class: "fail" }, mode, seconds, h("button", { type: "button", class: "quiet-button", onclick: () => attempt(() => post("/outage", { mode: mode.value, seconds: Number(seconds.value) })) }, "Begin"));
}

function startOver() {
  if (window.confirm("Forget every chat, link and switch? Orders in the application stay.")) attempt(() => post("/reset"));
}

function parcelsTab() {
  const number = h("input", { type: "text", id: "scan-number", required: true, autocomplete: "off", value: known.scan.number });
  const status = h("select", { id: "scan-status" }, SCANS.map(([value, label]) => h("option", { value, selected: value === known.scan.status }, label)));
  const shape = h("select", { id: "scan-shape" }, [["scans", "Orderdesk’s own"], ["shiprocket", "Shiprocket’s"]].map(([value, label]) => h("option", { value, selected: value === known.scan.shape }, label)));
  const remember = () => { known.scan = { number: number.value, status: status.value, shape: shape.value }; };
  const scan = async (event) => {
    event.preventDefault();
    remember();
    const told = await attempt(() => post("/scans", { tracking_number: number.value, status: status.value, shape: shape.value }));
    if (told) toast(told.attempts.at(-1)?.status === 200 ? "Scanned, and the app was told." : "Scanned, but the app did not take it: see Traffic.");
  };
  return [h("h3", {}, "The carrier scans a parcel"), h("p", { class: "soft" }, "With the tracking number that the shop shipped an order with."),
    h("form", { class: "scan", onsubmit: scan, oninput: remember }, h("label", { for: "scan-number" }, "Tracking number"), number, h("label", { for: "scan-status" }, "What it finds"), status,
      h("label", { for: "scan-shape" }, "Told in this shape"), shape, h("button", { class: "quiet-button" }, icon("check"), "Scan"))];
}

const TABS = { traffic: ["Traffic", trafficTab], customer: ["Customer", customerTab], money: ["Money", moneyTab], catalog: ["Catalog", catalogTab], parcels: ["Parcels", parcelsTab], trouble: ["Trouble", troubleTab] };

function draw() {
  panel.replaceChildren(
    h("div", { class: "panel-head" }, h("h2", {}, "Behind the scenes"), iconButton("close", "Close", () => { delete document.body.dataset.panel; }, { class: "icon-button only-narrow" })),
    h("div", { class: "tabs", role: "group", "aria-label": "What to show" }, Object.entries(TABS).map(([name, [label]]) =>
      h("button", { type: "button", id: `tab-${name}`, "aria-pressed": String(name === tab), onclick: () => { tab = name; draw(); document.getElementById(`tab-${name}`).focus(); } }, label))),
    h("div", { class: "tab" }, TABS[tab][1]()));
}

function remember(entry) {
  const fresh = !known.traffic.has(entry.id);
  known.traffic.set(entry.id, entry);
  if (known.traffic.size > KEPT) known.traffic.delete(known.traffic.keys().next().value);
  const log = panel.querySelector(".log");
  if (tab !== "traffic" || !log) return;
  const old = log.querySelector(`[data-id="${entry.id}"]`);
  const wasOpen = old?.open;
  const line = row(entry, fresh);
  if (old) old.parentElement.replaceWith(line);
  else log.prepend(line);
  if (wasOpen) line.firstChild.open = true;
  while (log.children.length > KEPT) log.lastChild.remove();
}

const asCall = (call) => ({ ...call, kind: "graph", id: `call-${(calls += 1)}` });

// Takes in something new, or draws again what depends on the customer.
export function showPanel({ delivery, call, switches, handshake, link, order, catalog, outage } = {}) {
  if (delivery) return remember(delivery);
  if (call) return remember(asCall(call));
  if (link) state.links.set(link.id, link);
  if (switches) known.switches = switches;
  if (handshake) known.handshake = handshake;
  if (outage) known.outageUntil = Date.now() + outage.seconds_left * 1000;
  if ((order || link) && tab !== "money") return undefined;
  if (catalog && tab !== "catalog") return undefined;
  const typing = panel.contains(document.activeElement) && document.activeElement.matches("input[type=number]");
  if (((order || link) && tab === "money") || (catalog && tab === "catalog") || (outage && tab === "trouble") || (tab === "customer" && !switches && !handshake) || (tab === "trouble" && switches && !typing) || (tab === "traffic" && handshake)) redrawKeepingFocus();
  return undefined;
}

function redrawKeepingFocus() {
  const id = panel.contains(document.activeElement) ? document.activeElement.id : "";
  const scroll = panel.querySelector(".tab")?.scrollTop ?? 0;
  draw();
  panel.querySelector(".tab").scrollTop = scroll;
  if (id) document.getElementById(id)?.focus();
}

export async function startPanel() {
  const [deliveries, graphCalls, switches, links, outage] = await Promise.all([get("/deliveries"), get("/calls"), get("/switches"), get("/payment_links"), get("/outage")]);
  const entries = [...deliveries.deliveries.map((one) => [one.created_at, one]), ...graphCalls.calls.slice(-KEPT).map((one) => [one.at, asCall(one)])];
  entries.sort(([one], [other]) => one - other);
  known.traffic = new Map(entries.slice(-KEPT).map(([, one]) => [one.id, one]));
  known.switches = switches;
  known.outageUntil = Date.now() + outage.seconds_left * 1000;
  state.links = new Map(links.payment_links.map((one) => [one.id, { id: one.id, entity: one }]));
  draw();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.dataset.panel === "open") delete document.body.dataset.panel;
});
