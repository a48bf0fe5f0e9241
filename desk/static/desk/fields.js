// The fields of an order: accepting, correcting, taking alternatives, and the fax that follows the focus.

import { say } from "./session.js";

const TO_CHECK = ".leaf.first";

export class Fields {
  constructor(root, viewer) {
    this.root = root;
    this.viewer = viewer;
    this.waiting = new Set();
    this.places = new Map();
    root.addEventListener("focusin", (event) => this.entered(event));
    root.addEventListener("input", (event) => this.typed(event.target));
    root.addEventListener("change", (event) => this.typed(event.target));
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("pointerover", (event) => this.pointed(event));
    root.addEventListener("pointerleave", () => this.viewer?.forget(".other"));
    this.listenToAnswers();
    this.listenToUndoing();
    window.addEventListener("beforeunload", (event) => {
      if (this.unsaved().length) {
        event.preventDefault();
      }
    });
    this.start();
  }

  listenToAnswers() {
    const body = document.body;
    // A row that somebody is typing in is never replaced by news about another row.
    body.addEventListener("htmx:oobBeforeSwap", (event) => {
      const leaf = event.detail.target.closest?.(".leaf");
      if (leaf && (this.isChanged(leaf) || this.waiting.has(leaf.dataset.path) || leaf.contains(document.activeElement))) {
        event.detail.shouldSwap = false;
      }
    });
    body.addEventListener("htmx:afterRequest", (event) => {
      // The row itself is gone by now, its successor stands in its place.
      const leaf = event.detail.requestConfig?.elt;
      if (leaf?.matches(".leaf")) {
        this.waiting.delete(leaf.dataset.path);
        this.answered(leaf.dataset.path, event.detail.xhr?.status);
      }
    });
  }

  listenToUndoing() {
    document.body.addEventListener("desk:undone", (event) => {
      this.paint();
      this.focusPath(event.detail.path);
      const leaf = this.at(event.detail.path);
      if (leaf) {
        say(`${leaf.querySelector("label").textContent} is as it was before.`, "good");
      }
    });
    document.body.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.requestConfig?.elt.id === "undo" && event.detail.xhr?.status === 409) {
        say(event.detail.xhr.responseText, "doubt");
      }
    });
  }

  undo() {
    // A row with the focus would not be replaced.
    document.activeElement?.blur();
    document.getElementById("undo").requestSubmit();
  }

  start() {
    this.paint();
    const first = this.root.querySelector(TO_CHECK);
    if (first) {
      this.focus(first);
    } else {
      document.querySelector(".actions button.first, .actions button")?.focus({ preventScroll: true });
    }
  }

  entry(leaf) {
    return leaf.querySelector("[name=typed]");
  }

  isChanged(leaf) {
    const entry = this.entry(leaf);
    return entry !== null && entry.value !== entry.dataset.was;
  }

  unsaved() {
    return [...this.root.querySelectorAll(".leaf")].filter((leaf) => this.isChanged(leaf));
  }

  focus(leaf) {
    const details = leaf.closest("details");
    if (details) {
      details.open = true;
    }
    const entry = this.entry(leaf);
    entry.focus({ preventScroll: true });
    leaf.scrollIntoView({ block: "nearest" });
  }

  focusPath(path) {
    const leaf = this.at(path);
    if (leaf) {
      this.focus(leaf);
    }
    return Boolean(leaf);
  }

  at(path) {
    return [...this.root.querySelectorAll(".leaf")].find((leaf) => leaf.dataset.path === path);
  }

  entered(event) {
    const leaf = event.target.closest(".leaf");
    if (leaf && event.target.name === "typed") {
      if (event.target.select && !this.isChanged(leaf)) {
        event.target.select();
      }
      this.last = leaf.dataset.path;
      this.viewer?.show(leaf.dataset.path);
    }
  }

  typed(entry) {
    if (entry.name === "typed") {
      entry.classList.toggle("changed", entry.value !== entry.dataset.was);
    }
  }

  pressed(event) {
    const leaf = event.target.closest(".leaf");
    if (!leaf || event.target.name !== "typed") {
      return;
    }
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !this.isChanged(leaf)) {
      event.preventDefault();
      this.undo();
    } else if (event.key === "Enter" && plain && !event.shiftKey) {
      event.preventDefault();
      this.save(leaf);
    } else if (event.key === "Escape" && this.isChanged(leaf)) {
      event.preventDefault();
      event.stopPropagation();
      this.putBack(leaf);
    } else if (/^Digit[1-5]$/.test(event.code) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const other = leaf.querySelector(`[data-take][data-key="${event.code.slice(5)}"]`);
      const short = "digits" in leaf.dataset ? event.altKey : event.altKey || !this.isChanged(leaf);
      if (other && short) {
        event.preventDefault();
        this.take(leaf, other);
      }
    }
  }

  clicked(event) {
    const other = event.target.closest("[data-take]");
    const goto = event.target.closest("[data-goto]");
    if (other) {
      this.take(other.closest(".leaf"), other);
    } else if (goto) {
      event.preventDefault();
      this.focusPath(goto.dataset.goto);
    }
  }

  pointed(event) {
    const other = event.target.closest("[data-box]");
    if (other) {
      this.viewer?.showOther(Number(other.dataset.page), other.dataset.box.split(" ").map(Number));
    } else {
      this.viewer?.forget(".other");
    }
  }

  putBack(leaf) {
    const entry = this.entry(leaf);
    entry.value = entry.dataset.was;
    leaf.querySelector("[name=place]").value = "";
    this.places.delete(leaf.dataset.path);
    this.typed(entry);
    entry.select?.();
  }

  take(leaf, other) {
    this.entry(leaf).value = other.dataset.take;
    this.save(leaf);
  }

  // Words that were pointed at on the fax go into the field with the focus; Enter saves them, with the place.
  fill({ text, place, page, box }) {
    const leaf = this.last && this.at(this.last);
    const entry = leaf && this.entry(leaf);
    if (!entry || entry.disabled || entry.readOnly) {
      return;
    }
    if (entry.tagName === "SELECT") {
      const wanted = text.toLowerCase();
      const option = [...entry.options].find(({ value, text: words }) => value && [value, words].some((each) => each.toLowerCase() === wanted));
      if (!option) {
        say(`“${text}” is not one of the choices for ${leaf.querySelector("label").textContent}.`, "doubt");
        return;
      }
      entry.value = option.value;
    } else {
      entry.value = text;
    }
    leaf.querySelector("[name=place]").value = place;
    this.places.set(leaf.dataset.path, { page, box });
    this.focus(leaf);
    this.typed(entry);
    this.viewer.showOther(page, box, false);
  }

  // The focus goes on at once: nobody waits for an answer, and keys typed ahead land where they belong.
  save(leaf) {
    const entry = this.entry(leaf);
    if (entry.disabled || entry.readOnly || this.waiting.has(leaf.dataset.path)) {
      return;
    }
    this.waiting.add(leaf.dataset.path);
    leaf.classList.add("waiting");
    leaf.requestSubmit();
    this.goOn(leaf);
  }

  goOn(leaf) {
    const open = [...this.root.querySelectorAll(TO_CHECK)].filter((each) => !this.waiting.has(each.dataset.path));
    const after = open.find((each) => leaf.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0];
    if (after) {
      this.focus(after);
    } else if (leaf.closest(".check")) {
      document.querySelector(".actions button.first, .actions button")?.focus();
    } else {
      const all = [...this.root.querySelectorAll(".leaf:not(.fresh)")];
      this.focus(all[all.indexOf(leaf) + 1] ?? leaf);
    }
  }

  answered(path, status) {
    const leaf = this.at(path);
    leaf?.classList.remove("waiting");
    if (status === 200 && this.places.has(path)) {
      const { page, box } = this.places.get(path);
      this.places.delete(path);
      this.viewer?.moveMark(path, page, box);
    }
    this.paint();
    if (status >= 400 && leaf) {
      const active = document.activeElement?.closest(".leaf");
      if (!active || !this.isChanged(active)) {
        this.focus(leaf);
      } else {
        say(leaf.querySelector(".note")?.textContent ?? "One value was not taken.");
      }
    } else if (status === 200 && document.activeElement === document.body) {
      document.querySelector(".actions button.first, .actions button")?.focus();
    }
  }

  // Keeps what stands elsewhere on the page in step with the rows.
  paint() {
    const open = new Set([...this.root.querySelectorAll(TO_CHECK)].map((leaf) => leaf.dataset.path));
    for (const mark of document.querySelectorAll(".mark[data-path]")) {
      mark.classList.toggle("doubt", open.has(mark.dataset.path));
    }
    const left = document.getElementById("left-to-check");
    if (left) {
      left.textContent = this.root.querySelectorAll(`.check ${TO_CHECK}`).length;
    }
  }
}
