// What the page can do beyond its form and its links: answers without a new page, pictures dropped and pasted, masks that
// can be looked through. Everything shown was rendered, and escaped, by the service.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const DIFFERS = [214, 0, 126];

  /** The picture that was last sent, for feedback, as something that gives its bytes. */
  let sent = null;
  /** The request under way; a newer one takes its place. */
  let under = null;

  const say = text => { one("#status").textContent = text; };

  async function show(request) {
    under?.abort();
    const mine = under = new AbortController();
    say("Asking every variant …");
    try {
      const answer = await request(mine.signal);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const result = one("#result", page);
      if (!result) {
        throw new Error(`status ${answer.status}`);
      }
      one("#result").replaceWith(document.importNode(result, true));
      say(answer.ok ? "Answered." : "");
      enhance();
      one("#result").focus({ preventScroll: true });
      one("#result").scrollIntoView({ block: "nearest" });
    } catch (failure) {
      if (failure.name !== "AbortError") {
        say(`The service gives no answer (${failure.message}). Try again.`);
      }
    } finally {
      if (under === mine) {
        under = null;
      }
    }
  }

  function ask(file) {
    if (!file) {
      return;
    }
    sent = async () => file;
    all(".samples a[aria-current]").forEach(link => link.removeAttribute("aria-current"));
    const body = new FormData();
    body.append("image", file);
    show(signal => fetch(one("#form").action, { method: "POST", body, headers: { Accept: "text/html" }, signal }));
  }

  function askSample(link) {
    sent = async () => (await fetch(link.dataset.sample)).blob();
    all(".samples a[aria-current]").forEach(other => other.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    show(signal => fetch(link.href, { headers: { Accept: "text/html" }, signal }));
  }

  /** The class of each pixel, from class, length, class, length, … */
  function pixels(image) {
    const runs = image.dataset.runs.split(",").map(Number);
    const classes = new Uint32Array(image.width0 * image.height0);
    for (let run = 0, at = 0; run < runs.length; run += 2) {
      classes.fill(runs[run], at, at += runs[run + 1]);
    }
    return classes;
  }

  function layers() {
    const masks = all("#result img.mask");
    if (masks.length === 0) {
      return;
    }
    const picture = one("#result .seen img");
    const drawn = masks.map(image => {
      image.width0 = Number(image.getAttribute("width"));
      image.height0 = Number(image.getAttribute("height"));
      const canvas = document.createElement("canvas");
      canvas.width = image.width0;
      canvas.height = image.height0;
      canvas.className = image.className;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", image.alt);
      const classes = pixels(image);
      image.replaceWith(canvas);
      return { canvas, classes };
    });
    all("#result .static").forEach(figure => figure.remove());
    const redraw = () => drawn.forEach(mask => draw(mask, drawn, picture));
    one("#result").addEventListener("input", redraw);
    picture.decode().then(redraw);
  }

  function draw({ canvas, classes }, drawn, picture) {
    const opacity = one("#opacity").value / 100;
    const onlyDiffering = one("#differs")?.checked ?? false;
    const colours = new Map(all("#result input.class:checked").map(box => [Number(box.value), rgb(box.dataset.colour)]));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    for (let pixel = 0; pixel < classes.length; pixel++) {
      const differs = onlyDiffering && drawn.some(other => other.classes[pixel] !== classes[pixel]);
      const colour = onlyDiffering ? (differs ? DIFFERS : undefined) : colours.get(classes[pixel]);
      if (colour) {
        for (let channel = 0; channel < 3; channel++) {
          const at = 4 * pixel + channel;
          image.data[at] = image.data[at] * (1 - opacity) + colour[channel] * opacity;
        }
      }
    }
    context.putImageData(image, 0, 0);
  }

  const rgb = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));

  /** Feedback belongs to calls that a service may not have; without them nothing shows. */
  async function experiment(model) {
    const answer = await fetch(`/v1/models/${encodeURIComponent(model)}/experiment`, { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  }

  /** The models as the service shows them now. */
  async function models() {
    const answer = await fetch("/" + location.search.replace(/sample=[^&]*/, ""), { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    one("#models").replaceWith(document.importNode(one("#models", page), true));
    return page;
  }

  async function offerFeedback() {
    const form = one("#feedback");
    if (form && sent && await experiment(form.dataset.model).catch(() => null)) {
      form.hidden = false;
    }
  }

  async function sendFeedback(form) {
    const status = one("#feedback-status");
    const button = one("button", form);
    const model = `/v1/models/${encodeURIComponent(form.dataset.model)}`;
    button.disabled = true;
    try {
      const picture = await sent();
      const predicted = await fetch(`${model}/predict`, { method: "POST", body: picture, headers: { Accept: "application/json" } });
      const { id, variant, error } = await predicted.json();
      const answer = id && await fetch(`${model}/feedback`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ id, label: form.elements.label.value }),
      });
      if (!answer || !answer.ok) {
        throw new Error(error ?? `status ${(answer || predicted).status}`);
      }
      const { refused = [] } = await answer.json();
      if (refused.length > 0) {
        throw new Error(refused[0].reason);
      }
      await models().catch(() => null);
      status.textContent = `Thank you. ${variant} had answered; the experiment has counted it.`;
    } catch (failure) {
      status.textContent = `The feedback was not taken (${failure.message}).`;
      button.disabled = false;
    }
  }

  function enhance() {
    all(".scripted").forEach(element => { element.hidden = false; });
    layers();
    offerFeedback();
  }

  /** While a model loads, the models and the form are looked at again; an answer stays. */
  async function refresh() {
    if (!one(".card[data-state=loading]")) {
      return;
    }
    try {
      const page = await models();
      if (!one("#form")) {
        one("#try").replaceWith(document.importNode(one("#try", page), true));
        all(".scripted").forEach(element => { element.hidden = false; });
      }
    } catch {
      // The service restarts; the next look may find it.
    }
    setTimeout(refresh, 2000);
  }

  document.addEventListener("submit", event => {
    if (event.target.id === "form") {
      event.preventDefault();
      ask(one("#image").files[0]);
    } else if (event.target.id === "feedback") {
      event.preventDefault();
      sendFeedback(event.target);
    }
  });
  document.addEventListener("change", event => {
    if (event.target.id === "image" || event.target.id === "camera") {
      ask(event.target.files[0]);
    }
  });
  document.addEventListener("click", event => {
    const link = event.target.closest?.(".samples a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      askSample(link);
    }
  });
  document.addEventListener("paste", event => {
    const file = [...event.clipboardData.files].find(pasted => pasted.type.startsWith("image/"));
    if (file && one("#form")) {
      event.preventDefault();
      ask(file);
    }
  });
  const over = (event, inside) => {
    if (one("#form") && event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      one("#drop").classList.toggle("over", inside);
    }
  };
  document.addEventListener("dragover", event => over(event, true));
  document.addEventListener("dragleave", event => over(event, false));
  document.addEventListener("drop", event => {
    over(event, false);
    if (one("#form") && event.dataTransfer?.files.length) {
      ask(event.dataTransfer.files[0]);
    }
  });

  enhance();
  setTimeout(refresh, 2000);
})();
