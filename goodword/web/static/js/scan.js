/* The code on a card read into a field: by the browser where it can, else by the server, off the camera or a photo.
   Typing works everywhere; without this script the form sends the photo itself. */
"use strict";
(function () {
  const EVERY = 150; // ms between two looks of the browser's own reader
  const PAUSE = 350; // ms from one picture sent to the next
  const LIVE = 720; // pixels: the square of the camera's picture that is sent
  const SIDES = [1600, 3200]; // pixels of a photo's longer side; the larger when nothing is found in the smaller
  const PATIENCE = 60000; // ms without a code, after which the camera is switched off
  const FAULTS = 3; // answers missing in a row, as where the network is poor

  document.querySelectorAll("[data-scan]").forEach((place) => {
    const part = (name) => place.querySelector(`[data-scan-${name}]`);
    const ways = part("ways"), start = part("start"), shoot = part("photo"), view = part("view"), said = part("said");
    const video = view.querySelector("video"), chosen = part("plain").querySelector("input"), words = place.dataset;
    const field = document.getElementById(words.field), form = document.getElementById(words.scan);
    let stream = null, detector = null, until = 0, faults = 0, last = "";

    function stop() {
      if (stream) stream.getTracks().forEach((track) => track.stop());
      stream = null;
      video.srcObject = null;
      view.hidden = true;
      ways.hidden = false;
    }

    function give(text) { stop(); said.textContent = text; field.focus(); }

    // What was read stands in the field and is looked up; a field of many lines gets it as the next one.
    function take(text) {
      if (navigator.vibrate) navigator.vibrate(60);
      if (!words.add) { field.value = text; stop(); form.requestSubmit(); return; }
      const lines = field.value.split("\n").filter((line) => line.trim());
      if (!lines.includes(text)) field.value = [...lines, text].join("\n") + "\n";
      last = text;
      until = Date.now() + PATIENCE;
      said.textContent = words.add;
    }

    function drawn(source, x, y, width, height, side) {
      const canvas = document.createElement("canvas"), scale = Math.min(1, side / Math.max(width, height));
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff"; // under what is see-through
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
      pen.globalCompositeOperation = "saturation"; // grey is enough, and less to send
      pen.fillRect(0, 0, canvas.width, canvas.height);
      return new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.8); });
    }

    // The server's answer {text, code, said}; null where there was none.
    async function ask(picture) {
      const sent = new FormData();
      sent.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      sent.append("photo", picture, "photo");
      try {
        const answer = await fetch(words.to, { method: "POST", body: sent, redirect: "error", credentials: "same-origin" });
        return Object.assign(await answer.json(), { refused: !answer.ok });
      } catch { return null; }
    }

    async function seen() {
      if (detector) {
        try { return { text: (await detector.detect(video))[0]?.rawValue || "" }; } catch { return { text: "" }; } // no picture yet
      }
      const { videoWidth: wide, videoHeight: high } = video, side = Math.min(wide, high);
      if (!side) return { text: "" };
      const picture = await drawn(video, (wide - side) / 2, (high - side) / 2, side, side, LIVE);
      return picture ? ask(picture) : null;
    }

    async function look() {
      if (!stream) return;
      if (Date.now() > until) { give(words.tired); return; }
      const begun = Date.now(), mine = stream, answer = await seen();
      if (stream !== mine) return; // stopped meanwhile
      faults = answer ? 0 : faults + 1;
      if (faults >= FAULTS) { give(words.failed); return; }
      if (answer && answer.refused) { give(answer.said || words.failed); return; }
      if (answer && answer.text && answer.text !== last) take(answer.text);
      else if (answer && answer.code === "several_codes_found") said.textContent = answer.said;
      setTimeout(look, detector ? EVERY : Math.max(0, begun + PAUSE - Date.now()));
    }

    async function begin() {
      ways.hidden = true;
      view.hidden = false;
      said.textContent = words.looking;
      let got = null;
      try {
        got = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
      } catch (fault) {
        give(["NotFoundError", "OverconstrainedError", "NotReadableError"].includes(fault.name) ? words.missing : words.denied);
        return;
      }
      stream = got;
      if (view.hidden) { stop(); return; } // stopped while the browser still asked
      video.srcObject = stream;
      until = Date.now() + PATIENCE;
      faults = 0;
      last = "";
      try { await video.play(); } catch { /* stopped meanwhile */ }
      look();
    }

    async function readPhoto() {
      const file = chosen.files[0];
      if (!file) return;
      said.textContent = words.reading;
      shoot.disabled = true;
      let answer = null;
      try {
        const picture = await createImageBitmap(file);
        for (const side of SIDES) {
          answer = await ask(await drawn(picture, 0, 0, picture.width, picture.height, side));
          if (!answer || answer.code !== "no_code_found" || Math.max(picture.width, picture.height) <= side) break;
        }
      } catch { answer = await ask(file); } // a kind this browser cannot draw: the server says whether it can
      shoot.disabled = false;
      chosen.value = ""; // the form does not send it a second time; the same photo may be chosen again
      if (answer && answer.text) { take(answer.text); return; }
      said.textContent = (answer && answer.said) || words.failed;
      shoot.focus(); // another photo is the next thing; a field with the focus would bring the keyboard over the words
    }

    async function offer() {
      part("plain").hidden = true;
      ways.hidden = false;
      shoot.addEventListener("click", () => chosen.click());
      chosen.addEventListener("change", readPhoto);
      start.addEventListener("click", begin);
      part("stop").addEventListener("click", () => { stop(); said.textContent = ""; field.focus(); });
      addEventListener("pagehide", stop);
      if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return; // as over plain http: a photo will do
      try {
        if ((await BarcodeDetector.getSupportedFormats()).includes("qr_code")) detector = new BarcodeDetector({ formats: ["qr_code"] });
      } catch { /* the server reads */ }
      start.hidden = false;
    }

    offer();
  });
})();
