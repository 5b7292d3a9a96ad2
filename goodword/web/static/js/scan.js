/* A code read by the camera into a field, where the browser can; typing works everywhere. The server reads the code out
   of the address in a QR code. */
"use strict";
(function () {
  const place = document.querySelector("[data-scan]");
  if (!place) return;
  const start = place.querySelector("[data-scan-start]"), view = place.querySelector("[data-scan-view]");
  const video = view.querySelector("video"), said = place.querySelector("[data-scan-said]");
  const field = document.getElementById(place.dataset.field), form = document.getElementById(place.dataset.scan);
  const EVERY = 150; // ms between two looks
  let stream = null, detector = null;

  function stop() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    view.hidden = true;
    start.hidden = false;
  }

  function give(words) { stop(); said.textContent = words; field.focus(); }

  async function look() {
    if (!stream) return;
    let found = [];
    try { found = await detector.detect(video); } catch { /* no picture yet */ }
    if (!stream) return;
    if (!found.length) { setTimeout(look, EVERY); return; }
    field.value = found[0].rawValue;
    stop();
    if (navigator.vibrate) navigator.vibrate(60);
    form.requestSubmit();
  }

  async function begin() {
    start.hidden = true;
    view.hidden = false;
    said.textContent = place.dataset.looking;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment" } });
    } catch (fault) {
      give(["NotFoundError", "OverconstrainedError", "NotReadableError"].includes(fault.name) ? place.dataset.missing : place.dataset.denied);
      return;
    }
    if (view.hidden) { stop(); return; } // stopped while the browser still asked
    video.srcObject = stream;
    await video.play();
    look();
  }

  async function offer() {
    const able = "BarcodeDetector" in window && navigator.mediaDevices && (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
    if (!able) { said.textContent = place.dataset.unable; return; }
    detector = new BarcodeDetector({ formats: ["qr_code"] });
    start.hidden = false;
  }

  start.addEventListener("click", begin);
  place.querySelector("[data-scan-stop]").addEventListener("click", () => { stop(); said.textContent = ""; field.focus(); });
  addEventListener("pagehide", stop);
  offer();
})();
