// Small helpers to build elements without ever parsing text as HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") element.style.cssText = value;
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name, label) {
  const svg = document.createElementNS(SVG, "svg");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick, more = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

export function avatar(name, seed) {
  const hue = [...seed].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const initials = [...new Intl.Segmenter().segment(name.replace(/^\+?\d*/, "") || "#")]
    .filter((part, index, all) => index === 0 || all[index - 1].segment === " ")
    .slice(0, 2).map((part) => part.segment).join("");
  return h("span", { class: "avatar", style: `--hue:${hue}`, "aria-hidden": "true" }, initials);
}

export function shopAvatar(name) {
  const initials = name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("").toUpperCase();
  return h("span", { class: "avatar shop", "aria-hidden": "true" }, initials);
}

export function toast(text) {
  const line = h("div", { class: "toast" }, text);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 3600);
}
