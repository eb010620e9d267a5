// Inside the phone, "Back to the chat" closes the built-in browser instead of loading a page.
document.querySelector("[data-close]").addEventListener("click", (event) => {
  if (window.parent === window) return;
  event.preventDefault();
  window.parent.postMessage("close", window.location.origin);
});
