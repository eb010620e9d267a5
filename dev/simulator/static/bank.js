// Outside of WhatsApp: the bank's app with a Pix code, a UPI app, and the screenshot of a payment.
import { act } from "./api.js";
import { h, icon, toast } from "./dom.js";
import { openSheet } from "./sheets.js";
import { customer, state } from "./state.js";

// Draws what a bank's app shows after a payment, as the PNG of a screenshot.
function screenshot({ amount, payee, key, reference }) {
  const canvas = h("canvas", { width: 720, height: 1100 });
  const pen = canvas.getContext("2d");
  const write = (text, y, font, color = "#1c2733") => { pen.font = font; pen.fillStyle = color; pen.fillText(text, 360, y, 660); };
  pen.fillStyle = "#f4f6f8";
  pen.fillRect(0, 0, 720, 1100);
  pen.fillStyle = "#1d7f4e";
  pen.fillRect(0, 0, 720, 380);
  pen.textAlign = "center";
  pen.strokeStyle = "#fff";
  pen.lineWidth = 16;
  pen.beginPath();
  pen.arc(360, 140, 72, 0, 7);
  pen.moveTo(325, 142);
  pen.lineTo(352, 170);
  pen.lineTo(400, 112);
  pen.stroke();
  write("Payment successful", 300, "600 40px system-ui", "#fff");
  write(amount, 500, "700 84px system-ui");
  write(`to ${payee || state.shop.name}`, 570, "500 34px system-ui", "#4b5a68");
  [key, reference && `Reference ${reference}`, `From ${customer().name}`, new Date().toLocaleString()].filter(Boolean).forEach((text, index) => write(text, 700 + index * 56, "400 30px system-ui", "#4b5a68"));
  write("A simulated bank: no money moved", 1050, "400 24px system-ui", "#8a96a3");
  return canvas.toDataURL("image/png").split(",")[1];
}

export async function sendScreenshot(about) {
  const sent = await act(state.current, "image", { data: screenshot(about), mime_type: "image/png", caption: about.caption ?? "" });
  if (sent) toast("The screenshot is sent.");
  return sent;
}

// After paying, the customer may show it to the shop, which WhatsApp does not tell.
function openReceipt(about) {
  const body = h("div", { class: "sheet-body receipt" }, h("span", { class: "seal" }, icon("check")), h("h3", {}, "Payment successful"), h("p", {}, `${about.amount} to ${about.payee || about.key || state.shop.name}`),
    h("p", { class: "soft" }, "WhatsApp does not tell the shop of this payment. Its bank does, or you send a screenshot."));
  const foot = h("div", { class: "stack" }, h("button", { type: "button", class: "primary", onclick: async () => { if (await sendScreenshot(about)) sheet.close(); } }, icon("image"), "Send a screenshot"),
    h("button", { type: "button", class: "quiet-button", onclick: () => sheet.close() }, "Done"));
  const sheet = openSheet({ title: "Your bank", low: true, body, foot });
}

function payButton(about, paid, close) {
  return h("button", { type: "button", class: "primary", onclick: async () => {
    const order = await paid();
    if (!order) return;
    const read = order.elsewhere?.bank ?? {};
    close();
    openReceipt({ ...about, payee: read.payee || about.payee, key: read.key || about.key, reference: read.reference || about.reference });
  } }, icon("lock"), `Pay ${about.amount} in my bank’s app`);
}

export function openPix({ code, merchant_name: payee, key, key_type: type, amount, paid }) {
  const copy = async () => {
    await navigator.clipboard?.writeText(code).catch(() => null);
    toast("Pix code copied.");
  };
  const body = h("div", { class: "sheet-body form" }, h("div", { class: "payee" }, h("p", {}, payee), h("strong", {}, amount), h("small", {}, `${type} ${key}`)),
    h("p", { class: "soft" }, "Copy the code and paste it in your bank’s app under Pix, “copia e cola”."), h("output", { class: "code", "aria-label": "Pix code" }, code),
    h("button", { type: "button", class: "quiet-button", onclick: copy }, icon("copy"), "Copy Pix code"));
  const sheet = openSheet({ title: "Pay with Pix", low: true, body, foot: payButton({ amount, payee, key }, paid, () => sheet.close()) });
}

export function openUpi({ link, amount, configuration, paid }) {
  const values = Object.fromEntries(new URLSearchParams(link?.split("?")[1] ?? ""));
  const about = { amount, payee: values.pn, key: values.pa ?? configuration, reference: values.tr };
  const fact = (label, value) => (value ? [h("dt", {}, label), h("dd", {}, value)] : []);
  const body = h("div", { class: "sheet-body form" }, h("div", { class: "payee" }, h("p", {}, values.pn ?? state.shop.name), h("strong", {}, amount)),
    h("dl", { class: "facts" }, fact("UPI id", about.key), fact("Reference", values.tr), fact("Note", values.tn)));
  const sheet = openSheet({ title: "UPI app", subtitle: "A simulated payment: no money moves", low: true, body, foot: payButton(about, paid, () => sheet.close()) });
}
