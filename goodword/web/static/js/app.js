/* The console's few behaviours. Every page works without them, except the dialogs. No inline handlers: the CSP forbids them. */
"use strict";
(function () {
  const root = document.documentElement;

  function chooseTheme() {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = "goodword_theme=" + root.dataset.theme + "; path=/; max-age=31536000; samesite=lax" + secure;
    document.dispatchEvent(new CustomEvent("goodword:theme"));
  }

  function insert(button) {
    const field = document.getElementById(button.dataset.insertInto);
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    if (target.closest("[data-print]")) window.print();
    const opener = target.closest("[data-open-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.openDialog);
      if (dialog && !dialog.open) { event.preventDefault(); dialog.showModal(); }
    }
    if (target.closest("[data-close-dialog]")) target.closest("dialog")?.close();
    if (target instanceof HTMLDialogElement) target.close(); // the backdrop
    if (target.closest("[data-theme-choice]")) chooseTheme();
    const inserter = target.closest("[data-insert]");
    if (inserter) insert(inserter);
    const filler = target.closest("[data-fill]");
    if (filler) {
      const field = document.getElementById(filler.dataset.fill);
      field.value = filler.dataset.fillWith;
      field.focus(); // Enter sends it
    }
    if (target.closest("[data-dismiss]")) target.closest("[data-notice]")?.remove();
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  // Tabbing out of a menu closes it; what it covered can be read again.
  document.addEventListener("focusout", (event) => {
    const menu = event.target instanceof Element && event.target.closest("details[data-menu][open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  // What changed without the page being opened anew is told to a screen reader, and so is what was just done.
  const told = document.getElementById("told");
  const tell = (words) => { if (told) { told.textContent = ""; setTimeout(() => { told.textContent = words; }, 100); } };
  document.addEventListener("htmx:afterSettle", () => {
    const list = document.getElementById("list");
    if (!list || !told) return;
    const rows = list.querySelectorAll("tbody tr, ul > li").length;
    tell(rows ? told.dataset.rows + " " + new Intl.NumberFormat(root.lang).format(rows) : list.textContent.trim().replace(/\s+/g, " "));
  });
  const notices = [...document.querySelectorAll("[data-notice] p")].map((notice) => notice.textContent.trim());
  if (notices.length) tell(notices.join(" "));

  // A form that came back with faults begins at the first; a row of tabs shows where one is.
  addEventListener("load", () => { // later than the browser's own focus on what the address names (#main)
    document.querySelector("main [aria-invalid=true]:is(input, select, textarea), main [aria-invalid=true] :is(input, select)")?.focus();
  });
  document.querySelectorAll(".scroll-x [aria-current]").forEach((tab) => { tab.scrollIntoView({ block: "nearest", inline: "center" }); });

  document.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.matches("[data-send-on-change]")) event.target.form.requestSubmit();
  });

  // Lists of which several rows can be chosen: "all on this page", and how many are.
  document.querySelectorAll("form[data-choosing]").forEach((form) => {
    const all = form.querySelector("[data-check-all]"), said = form.querySelector("[data-chosen-count]");
    const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
    if (!all || !boxes.length) return;
    form.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
    const count = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
      if (said) said.textContent = chosen ? new Intl.NumberFormat(root.lang).format(chosen) + " " + said.dataset.said : "";
    };
    form.addEventListener("change", (event) => {
      if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
      count();
    });
    count(); // the browser may have kept what was chosen
  });

  // Values that are often chosen are offered where a press can fill them in.
  document.querySelectorAll("[data-fill]").forEach((button) => { button.closest("[data-needs-script]").hidden = false; });

  // Of a form's parts only those that belong to what was chosen are shown.
  const fit = (choice) => choice.closest("[data-parts]").querySelectorAll("[data-for]").forEach((part) => {
    part.hidden = !part.dataset.for.split(" ").includes(choice.value);
  });
  document.querySelectorAll("select[data-choice]").forEach((choice) => {
    fit(choice);
    choice.addEventListener("change", () => fit(choice));
  });

  // A picture that was chosen is shown before it is sent.
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.dataset.preview || !input.files[0]) return;
    const which = input.dataset.preview, reader = new FileReader();
    reader.addEventListener("load", () => {
      document.querySelectorAll(`[data-preview-of="${which}"]`).forEach((image) => { image.src = reader.result; image.hidden = false; });
      document.querySelectorAll(`[data-preview-without="${which}"]`).forEach((other) => { other.hidden = true; });
    });
    if (/^image\/(png|jpeg|webp)$/.test(input.files[0].type)) reader.readAsDataURL(input.files[0]);
  });
})();
