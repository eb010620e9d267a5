// Keeps an open page fresh. The server renders everything; this listens, asks for fragments that the
// page has already, and never moves what is under somebody's finger.
"use strict";

(() => {
  const POLL_EVERY = 10_000;
  const KEEP_ALIVE = 8 * 60_000; // API Gateway closes what was silent for ten minutes
  const LONGEST_WAIT = 30_000;
  const SOUND = "orderdesk.sound";

  const find = (selector) => document.querySelector(selector);
  const page = () => find("#content[data-page]");
  let socket, poller, keeper;
  let attempts = 0;
  let state = "off";
  let unseen = 0; // new orders that were announced and not looked at
  let arrived = 0; // other orders that came into this list

  // --- The connection -------------------------------------------------------------------------

  async function connect() {
    if (socket || !page()) return;
    show(attempts ? state : "connecting");
    let address;
    try {
      const answer = await fetch("/live-ticket", { headers: { accept: "application/json" } });
      if (answer.status === 401) return gone();
      if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
      address = (await answer.json()).url;
    } catch {
      return later();
    }
    const opened = new WebSocket(address);
    socket = opened;
    opened.onopen = () => {
      const missed = attempts > 0;
      attempts = 0;
      stopPolling();
      show("live");
      clearInterval(keeper);
      keeper = setInterval(() => opened.send('{"type":"here"}'), KEEP_ALIVE);
      if (missed) catchUp();
    };
    opened.onmessage = (message) => hear(JSON.parse(message.data));
    opened.onclose = () => {
      if (socket !== opened) return;
      clearInterval(keeper);
      socket = undefined;
      later();
    };
  }

  function later() {
    attempts += 1;
    startPolling();
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(attempts, 6)) * (0.5 + Math.random());
    setTimeout(connect, wait);
  }

  function gone() {
    stopPolling();
    show("gone");
    toast("You are signed out. Load the page to sign in again.", location.href);
  }

  function startPolling() {
    show("polling");
    poller ||= setInterval(() => document.hidden || catchUp(), POLL_EVERY);
  }

  function stopPolling() {
    clearInterval(poller);
    poller = undefined;
  }

  // What a push would have told: compares what the page shows with what it would show now.
  async function catchUp() {
    const here = page();
    if (!here) return;
    const order = here.dataset.page === "order";
    const query = order ? `order=${encodeURIComponent(here.dataset.order)}` : here.dataset.query;
    let found;
    try {
      const answer = await fetch(`/orders/changes?${query}`, { headers: { accept: "application/json" } });
      if (answer.status === 401) return gone();
      if (!answer.ok) return;
      found = (await answer.json()).orders;
    } catch {
      return;
    }
    for (const each of found) {
      const known = order || shown(each.order_id);
      if (!known && here.dataset.first !== "yes") continue;
      const placed = !known && each.version === 1;
      hear({ type: placed ? "order.placed" : "order.moved", ...each, caughtUp: true });
    }
  }

  const WORDS = {
    off: "", connecting: "Connecting", live: "Live", polling: "Every 10 s", gone: "Signed out",
  };

  function show(next) {
    state = next;
    const sign = find("#live");
    if (!sign) return;
    sign.hidden = next === "off";
    sign.dataset.state = next;
    const words = sign.querySelector(".live-text");
    if (words.textContent !== WORDS[next]) words.textContent = WORDS[next];
  }

  // --- What happened --------------------------------------------------------------------------

  const shown = (orderId) => document.getElementById(`order-${orderId}`);
  const heard = new Map(); // order → version: events come at least once

  function hear(event) {
    if ((heard.get(event.order_id) ?? 0) >= event.version) return;
    heard.set(event.order_id, event.version);
    const here = page();
    if (!here) return;
    if (here.dataset.page === "order") hearOnOrder(here, event);
    else hearOnList(here, event);
    if (event.type === "order.placed") announceNew(event);
  }

  function hearOnList(here, event) {
    const card = shown(event.order_id);
    if (card) {
      if (Number(card.dataset.version) >= event.version) return;
      refreshCard(event.order_id);
      if (!event.caughtUp) toast(event.text, `/orders/${event.order_id}`);
      return;
    }
    refreshStages();
    const stage = here.dataset.stage;
    const belongs = stage ? stage === event.stage : event.stage !== "archived";
    if (!belongs || event.type === "order.placed") return;
    if (stage) arrived += 1;
    announce();
  }

  function hearOnOrder(here, event) {
    if (event.order_id !== here.dataset.order || Number(here.dataset.version) >= event.version) return;
    if (!isWriting()) return refreshOrder();
    const link = find("#news .news-link");
    link.textContent = `${event.text} – show`;
    link.hidden = false;
  }

  function announceNew(event) {
    const stage = page().dataset.stage;
    if (page().dataset.page === "orders" && (!stage || stage === event.stage)) {
      unseen += 1;
      announce();
    } else {
      if (document.hidden) unseen += 1;
      toast(event.text, `/orders/${event.order_id}`);
    }
    title();
    chime();
  }

  function announce() {
    const link = find("#news .news-link");
    if (!link || page().dataset.page !== "orders" || !(unseen + arrived)) return;
    const count = (number, words) => `${number} ${words}${number === 1 ? "" : "s"}`;
    const parts = [];
    if (unseen) parts.push(count(unseen, "new order"));
    if (arrived) parts.push(`${count(arrived, "order")} moved here`);
    link.textContent = `${parts.join(", ")} – show`;
    link.hidden = false;
  }

  // --- Fragments ------------------------------------------------------------------------------

  const waiting = new Map();

  // Several events of one order in a row, as when an address and a payment come together, are one
  // refresh.
  function soon(key, work) {
    clearTimeout(waiting.get(key));
    waiting.set(key, setTimeout(() => { waiting.delete(key); work(); }, 250));
  }

  function refreshCard(orderId) {
    soon(orderId, async () => {
      const target = `#order-${orderId}`;
      const here = page();
      if (!here || !find(target)) return;
      const address = `/orders/${orderId}/card?${here.dataset.query}`;
      await htmx.ajax("GET", address, { target, swap: "outerHTML" });
      find(target)?.classList.add("changed");
    });
  }

  function refreshStages() {
    soon("stages", () => {
      if (!page() || page().dataset.page !== "orders") return;
      htmx.ajax("GET", `/orders/stages?${page().dataset.query}`, { target: "#stages", swap: "outerMorph" });
    });
  }

  function refreshOrder() {
    soon("order", () => {
      const here = page();
      if (!here || here.dataset.page !== "order") return;
      htmx.ajax("GET", `/orders/${here.dataset.order}`, { target: "body", swap: "outerMorph" });
    });
  }

  // Somebody is typing into a form of this page: their words must not vanish.
  const ASKING = "details:is(.move, .ask)[open]";

  function isWriting() {
    if (find(`${ASKING} [data-kept]`)) return true;
    return [...document.querySelectorAll(`${ASKING} form`)].some((form) => [...form.elements].some(isChanged));
  }

  function isChanged(control) {
    if (control.type === "hidden") return false;
    if (control.options) return [...control.options].some((each) => each.selected && !each.defaultSelected && each.value);
    if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
    return control.value !== control.defaultValue;
  }

  // --- Toasts, title, sound -------------------------------------------------------------------

  function toast(text, href) {
    const room = find("#toasts");
    if (!room) return;
    const made = document.createElement("div");
    made.className = "toast";
    const words = document.createElement(href ? "a" : "span");
    words.textContent = text;
    if (href) words.href = href;
    const close = document.createElement("button");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.innerHTML = '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/></svg>';
    close.onclick = () => made.remove();
    made.append(words, close);
    room.append(made);
    while (room.children.length > 3) room.firstElementChild.remove();
    const leave = () => (made.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : made.remove());
    setTimeout(leave, 8000);
  }

  let plain = document.title;

  function title() {
    document.title = unseen ? `(${unseen}) ${plain}` : plain;
  }

  let audio;
  const loud = () => localStorage.getItem(SOUND) === "on";

  // Two soft notes, made here: there is no file to load when it matters.
  function chime() {
    if (!loud()) return;
    audio ||= new AudioContext();
    audio.resume();
    [[659.25, 0], [880, 0.16]].forEach(([pitch, delay]) => {
      const start = audio.currentTime + delay;
      const tone = audio.createOscillator();
      const level = audio.createGain();
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0, start);
      level.gain.linearRampToValueAtTime(0.18, start + 0.02);
      level.gain.exponentialRampToValueAtTime(0.001, start + 0.7);
      tone.connect(level).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.75);
    });
  }

  // --- The page -------------------------------------------------------------------------------

  // After a load, and after every swap of the whole body.
  function settle() {
    show(state);
    const sound = find("#sound");
    if (sound) {
      sound.hidden = false;
      sound.setAttribute("aria-checked", String(loud()));
    }
    for (const each of document.querySelectorAll("#print")) each.hidden = false;
    for (const each of document.querySelectorAll("[data-scroll=end]")) each.scrollTop = each.scrollHeight;
    const current = find(".stages [aria-current]");
    const strip = find("#stages");
    if (current && strip.scrollWidth > strip.clientWidth) {
      strip.scrollLeft = current.offsetLeft - strip.clientWidth / 2 + current.offsetWidth / 2;
    }
    ages();
  }

  function arrive() {
    unseen = arrived = 0;
    plain = document.title;
    settle();
    find("#outcome")?.focus();
    connect();
  }

  // The same words as `age` in words.py.
  function ages() {
    for (const each of document.querySelectorAll("time[data-age]")) {
      const seconds = Math.max(0, (Date.now() - Date.parse(each.dateTime)) / 1000);
      const words = seconds < 60 ? "now"
        : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
        : seconds < 86400 ? `${Math.floor(seconds / 3600)} h`
        : `${Math.floor(seconds / 86400)} d`;
      if (each.textContent !== words) each.textContent = words;
    }
  }

  document.addEventListener("click", (event) => {
    const sound = event.target.closest("#sound");
    if (sound) {
      localStorage.setItem(SOUND, loud() ? "off" : "on");
      sound.setAttribute("aria-checked", String(loud()));
      chime();
    } else if (event.target.closest("#print")) {
      window.print();
    }
    // A menu closes when somebody presses elsewhere.
    const menu = find(".person[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    byMouse = false;
    if (event.key !== "Escape") return;
    const open = event.target.closest("details[open]") ?? find(".person[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // Who opens a form with the mouse goes on to write; the keyboard's own order is left alone.
  let byMouse = false;
  document.addEventListener("toggle", (event) => {
    if (!byMouse || !event.target.matches?.(ASKING)) return;
    event.target.querySelector("input:not([type=hidden]), select")?.focus();
  }, true);

  // A time of one's own is the choice that goes with it.
  document.addEventListener("input", (event) => {
    if (event.target.type !== "datetime-local") return;
    const own = event.target.form?.querySelector("[data-own]");
    if (own) own.checked = true;
  });

  // A link to a folded form opens it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#form-']");
    const form = link && document.getElementById(link.hash.slice(1));
    if (form) form.open = true;
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx.target;
    if (target === document.body || target === "body") arrive();
    else ages();
  });

  document.addEventListener("htmx:error", () => toast("No connection: that did not work. Try again."));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (!socket && attempts && state !== "gone") { catchUp(); connect(); }
  });
  window.addEventListener("online", connect);
  // Browsers let a page make sounds only after somebody touched it.
  document.addEventListener("pointerdown", (event) => {
    audio?.resume();
    byMouse = event.pointerType === "mouse";
  }, { passive: true });

  setInterval(ages, 20_000);
  arrive();
})();
