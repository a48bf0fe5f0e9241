// Starts what the page needs, and gives keys their meaning.

import { Fields } from "./fields.js";
import { LookUp } from "./lookup.js";
import { queueKey, startQueue } from "./queue.js";
import { hush, say, startSession, turnTheme } from "./session.js";
import { Viewer } from "./viewer.js";
import { Words } from "./words.js";

// Seconds: a person who did nothing for so long does not keep an order from the others.
const ACTIVE_FOR = 120;

const viewers = [...document.querySelectorAll("[data-viewer]")].map((fax) => new Viewer(fax));
const [viewer] = viewers;
const panel = document.getElementById("fields");
const queue = document.getElementById("rows") ?? document.querySelector("table.queue");
let lastAct = Date.now();

startSession();
const fields = panel ? new Fields(panel, viewer) : null;
if (fields) {
  new LookUp(panel, (leaf) => fields.save(leaf));
}
if (queue) {
  startQueue();
}
if (fields && viewer) {
  new Words(viewer, (found) => fields.fill(found));
}

function open(dialog) {
  const frame = dialog.querySelector("img[data-src]");
  if (frame) {
    frame.src = `${frame.dataset.src}?${Date.now()}`;
  }
  dialog.showModal();
}

function doIt(what, source) {
  const acts = {
    theme: turnTheme,
    help: () => open(document.getElementById("keys")),
    close: () => source.closest("dialog").close(),
  };
  acts[what]?.();
}

document.addEventListener("click", (event) => {
  const source = event.target.closest("[data-do]");
  const opener = event.target.closest("[data-open]");
  const mark = event.target.closest(".mark[data-path]");
  if (source) {
    doIt(source.dataset.do, source);
  } else if (opener) {
    if (saved()) {
      open(document.getElementById(opener.dataset.open));
    }
  } else if (mark && !viewer.dragged) {
    fields?.focusPath(mark.dataset.path);
  }
});

// An order moves on only when everything typed is saved.
function saved() {
  const [leaf] = fields?.unsaved() ?? [];
  if (leaf) {
    fields.focus(leaf);
    say(`${leaf.querySelector("label").textContent} is changed but not saved: Enter saves it, Esc puts it back.`, "doubt");
  }
  return !leaf;
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-step]")) {
    if (!saved()) {
      event.preventDefault();
      return;
    }
    event.target.querySelector("[name=version]").value = document.getElementById("version").value;
  }
});

document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.path.endsWith("/hold") && Date.now() - lastAct < ACTIVE_FOR * 1000) {
    event.detail.parameters.append("active", "1");
  }
});

function orderKey(event) {
  const dialog = document.querySelector("dialog[open]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    (dialog ?? document).querySelector(dialog ? "button.first" : '.actions [data-key="Enter"]')?.click();
    return true;
  }
  if (dialog) {
    return false;
  }
  if (faxKey(event)) {
    return true;
  }
  if (buttonKey(event)) {
    return true;
  }
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.matches("input, select, textarea")) {
    fields.undo();
    return true;
  }
  if (event.key === "Escape") {
    escape();
    return true;
  }
  return false;
}

// Keys of the paper; of two faxes beside each other both obey.
function faxKey(event) {
  const turns = { Equal: "in", NumpadAdd: "in", Minus: "out", NumpadSubtract: "out", Digit0: "fit", Numpad0: "fit", KeyT: "turn" };
  if (event.altKey && event.code in turns) {
    viewers.forEach((each) => each.act(turns[event.code]));
    return true;
  }
  if (event.key === "PageDown" || event.key === "PageUp") {
    viewers.forEach((each) => each.act(event.key === "PageDown" ? "next" : "previous"));
    return true;
  }
  return false;
}

// A letter presses its button: with Alt, or alone where a page has nothing to type into.
function buttonKey(event) {
  const alone = document.body.hasAttribute("data-letters") && !event.ctrlKey && !event.metaKey;
  if (!(event.altKey || alone) || !/^Key[A-Z]$/.test(event.code)) {
    return false;
  }
  const button = document.querySelector(`.actions [data-key="${event.code.slice(3).toLowerCase()}"]`);
  button?.click();
  return Boolean(button);
}

// A page with faxes and no fields: two orders beside each other, or a form to be filled in from the paper.
function paperKey(event) {
  if (document.querySelector("dialog[open]")) {
    return false;
  }
  const form = event.target.closest("form[data-walk]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    document.querySelector('.actions [data-key="Enter"]')?.click();
    return true;
  }
  if (event.key === "Enter" && form && event.target.matches("input, select")) {
    const entries = [...form.querySelectorAll("input:not([type=hidden]), select, summary, button.first")];
    const seen = entries.filter((entry) => entry.checkVisibility());
    seen[seen.indexOf(event.target) + 1]?.focus();
    return true;
  }
  if (event.key === "Escape") {
    document.querySelector("[data-back]")?.click();
    return true;
  }
  return faxKey(event) || buttonKey(event);
}

// First out of the field, then out of the order.
function escape() {
  const leaf = document.activeElement?.closest(".leaf");
  if (leaf) {
    document.activeElement.blur();
    viewer?.forget();
  } else if (saved()) {
    document.querySelector("[data-back]")?.click();
  }
}

document.addEventListener("keydown", (event) => {
  lastAct = Date.now();
  const typing = event.target.matches("input, textarea, select");
  const changed = typing && event.target.value !== (event.target.dataset.was ?? "");
  if (event.key === "?" && !(typing && (changed || event.target.id === "search" || event.target.closest("dialog")))) {
    event.preventDefault();
    doIt("help");
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    document.getElementById("search")?.focus();
  } else if (event.defaultPrevented) {
    return;
  } else if (fields ? orderKey(event) : viewer ? paperKey(event) : queue && queueKey(event)) {
    event.preventDefault();
  }
});

document.addEventListener("pointermove", () => {
  lastAct = Date.now();
});
document.getElementById("word")?.addEventListener("click", hush);
