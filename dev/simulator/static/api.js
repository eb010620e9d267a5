// Calls of the control API, and the live stream of what happens.
import { toast } from "./dom.js";

async function call(method, path, body) {
  const options = { method, headers: { "Content-Type": "application/json" } };
  if (body !== undefined) options.body = JSON.stringify(body);
  const response = await fetch(`/control${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `answered ${response.status}`);
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);
export const patch = (path, body) => call("PATCH", path, body);

// Does something and shows in words when it was refused.
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    toast(problem instanceof TypeError ? "The simulator does not answer." : problem.message);
    return null;
  }
}

export function act(customer, name, body) {
  return attempt(() => post(`/customers/${encodeURIComponent(customer)}/${name}`, body));
}

let source = null;

// Follows events; while the page is visible the customer counts as looking at the chat.
export function follow(customer, handlers, onopen) {
  source?.close();
  const reading = document.visibilityState === "visible" ? "1" : "0";
  const query = customer ? `?customer=${encodeURIComponent(customer)}&reading=${reading}` : "";
  source = new EventSource(`/events${query}`);
  source.onopen = onopen;
  for (const [event, handle] of Object.entries(handlers)) {
    source.addEventListener(event, (message) => handle(JSON.parse(message.data)));
  }
}
