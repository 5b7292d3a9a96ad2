/* Goodword: whose link brought a visitor, filled into your forms. No cookie; nobody else is told. */
(function () {
  "use strict";
  var script = document.currentScript, set = script.dataset, store = "goodword.ref", days = 90;
  var asked = set.consent, allowed = !asked || (typeof window[asked] === "function" && window[asked]() === true);
  var code = tidy(new URLSearchParams(location.search).get("ref"));

  function tidy(text) {
    var plain = (text || "").replace(/[\s-]/g, "").toUpperCase();
    return /^[0-9A-Z]{6,16}$/.test(plain) ? plain : "";
  }
  function remember() {
    if (allowed) try {
      if (code) localStorage.setItem(store, JSON.stringify({ code: code, until: Date.now() + days * 864e5 }));
      else {
        var kept = JSON.parse(localStorage.getItem(store) || "{}");
        if (kept.until > Date.now()) code = tidy(kept.code);
        else localStorage.removeItem(store);
      }
    } catch (fault) {}
  }
  function fill() {
    if (code) document.querySelectorAll("input[name=ref],input[name=referral_code],input[data-goodword-code]").forEach(function (input) {
      if (input.value === code || (input.value && !input.dataset.goodwordOurs)) return;
      input.value = code;
      input.dataset.goodwordOurs = "1";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  function send(form) {
    if (form.dataset.goodwordBusy) return;
    form.dataset.goodwordBusy = "1";
    var body = new URLSearchParams(new FormData(form));
    if (code && !body.get("ref")) body.set("ref", code);
    if (!body.get("language")) body.set("language", document.documentElement.lang);
    fetch(new URL("callback/" + set.business, script.src), {
      method: "POST", body: body, credentials: "omit", headers: { Accept: "application/json" }
    }).then(function (answer) {
      return answer.json().then(function (told) { return [answer.ok, told]; });
    }).catch(function () {
      return [false, { detail: set.failed || "Not sent. Please call us." }];
    }).then(function (done) {
      delete form.dataset.goodwordBusy;
      var status = form.querySelector("[data-goodword-status]");
      if (status) status.textContent = done[1].detail;
      if (done[0]) form.reset();
      form.dispatchEvent(new CustomEvent("goodword:" + (done[0] ? "sent" : "refused"), { bubbles: true, detail: done[1] }));
    });
  }

  window.goodword = {
    code: function () { return code; },
    consent: function (yes) {
      allowed = yes;
      if (yes) { remember(); fill(); } else try { localStorage.removeItem(store); } catch (fault) {}
    }
  };
  remember();
  fill();
  new MutationObserver(fill).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("reset", function () { setTimeout(fill); });
  document.addEventListener("submit", function (event) {
    fill();
    if (!event.target.matches("form[data-goodword-callback]")) return;
    event.preventDefault();
    send(event.target);
  }, true);
})();
