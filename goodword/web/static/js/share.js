/* Passing a link on: copied, handed to the phone's own share sheet, and written down. Pages work without it. */
"use strict";
(function () {
  async function copy(button) {
    const said = button.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const field = document.getElementById(button.dataset.copyFrom || "");
      if (!field) return;
      field.select();
      return;
    }
    button.setAttribute("data-done", "");
    if (said) said.textContent = button.dataset.copiedText;
    setTimeout(() => { button.removeAttribute("data-done"); if (said) said.textContent = ""; }, 2000);
  }

  // The link was passed on: written down while the phone opens its own app. A page with a session sends its token.
  function record(inside, channel) {
    const place = inside.closest("[data-share-record]");
    if (!place) return;
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    fetch(place.dataset.shareRecord, {
      method: "POST", keepalive: true, headers: { "X-Quiet": "1", ...(token && { "X-CSRFToken": token.value }) },
      body: new URLSearchParams({ channel, press: place.dataset.sharePress || "" }),
    }).catch(() => {});
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const passed = target.closest("[data-shared]");
    if (passed) record(passed, passed.dataset.shared);
    const copier = target.closest("[data-copy]");
    if (copier) { copy(copier); if (!passed) record(copier, "copy"); }
    const sharer = target.closest("[data-share]");
    if (sharer) record(sharer, "share");
    if (sharer && navigator.share) navigator.share({ text: sharer.dataset.share, url: sharer.dataset.shareUrl }).catch(() => {});
  });

  document.querySelectorAll("[data-share]").forEach((button) => { button.hidden = !navigator.share; });
  document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
})();
