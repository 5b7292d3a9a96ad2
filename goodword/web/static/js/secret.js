/* The code of a voucher is as good as money, and addresses are kept in logs and histories. A search that would put one
   into its address goes to the search at the top instead, which is posted. */
"use strict";
(function () {
  const ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ", LENGTH = 16; // goodword/codes.py
  const LONGEST_PART = 10; // a search while one types waits from here on, as long as what is missing cannot be guessed

  const plain = (text) => text.normalize("NFKC").toUpperCase().replace(/[\s\p{Pd}\p{Cf}\p{Cc}]/gu, "").replace(/[1I|]/g, "L");
  const values = (text) => [...plain(text)].map((character) => ALPHABET.indexOf(character));

  function isCode(text) {
    if (/\/v\/[^/?#\s]/i.test(text)) return true; // the address in a QR code
    const found = values(text), last = found.pop();
    if (found.length !== LENGTH - 1 || last < 0 || found.includes(-1)) return false;
    return (found.reduce((weight, value) => ((weight + value) * 2) % ALPHABET.length, 0) + last) % ALPHABET.length === 1;
  }

  const mayBecomeOne = (text) => values(text).length >= LONGEST_PART && !values(text).includes(-1) && /\d/.test(text) && /\p{L}/u.test(text);

  const typed = (form) => [...form.querySelectorAll("input")].filter((input) => ["search", "text"].includes(input.type)).map((input) => input.value);

  function post(text) {
    const search = document.getElementById("search");
    search.value = text;
    search.form.requestSubmit();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, code = form.method === "get" ? typed(form).find(isCode) : undefined;
    if (code === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    post(code);
  }, true);

  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.target.closest("form");
    if (!form || event.detail.verb !== "get") return;
    const texts = typed(form), code = texts.find(isCode);
    const typing = event.detail.triggeringEvent?.type !== "submit";
    if (code === undefined && !(typing && texts.some(mayBecomeOne))) return;
    event.preventDefault();
    if (code !== undefined) post(code);
  });
})();
