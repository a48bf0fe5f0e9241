// A dictionary under a field: what was typed is searched, arrows choose, Enter takes, Esc puts the list away.

import { cookie } from "./session.js";

const WAIT = 120;

export class LookUp {
  constructor(root, take) {
    this.take = take;
    this.list = document.createElement("ul");
    this.list.className = "found";
    this.list.id = "found";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Found");
    root.addEventListener("input", (event) => this.typed(event.target));
    root.addEventListener("focusout", () => this.close());
    // In the capture phase, before the fields take the key for their own.
    root.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.choose([...this.list.children].indexOf(event.target.closest("li")));
      this.accept();
    });
  }

  typed(entry) {
    const leaf = entry.closest("[data-look-up]");
    clearTimeout(this.timer);
    if (!leaf || entry.name !== "typed") {
      return;
    }
    this.timer = setTimeout(() => this.ask(leaf, entry), WAIT);
  }

  async ask(leaf, entry) {
    const text = entry.value;
    const answer = await fetch(`/lookup/${leaf.dataset.lookUp}`, {
      method: "POST",
      headers: { "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true" },
      body: new URLSearchParams({ text }),
    }).catch(() => null);
    const found = answer?.ok ? await answer.json() : [];
    if (document.activeElement === entry && entry.value === text) {
      this.open(leaf, entry, found);
    }
  }

  open(leaf, entry, found) {
    this.close();
    if (!found.length) {
      return;
    }
    this.entry = entry;
    this.list.replaceChildren(
      ...found.map(([value, words], place) => {
        const item = document.createElement("li");
        item.id = `found-${place}`;
        item.setAttribute("role", "option");
        item.dataset.value = value;
        const name = document.createElement("strong");
        name.textContent = value;
        item.append(name, ` ${words}`);
        return item;
      }),
    );
    leaf.querySelector(".value").append(this.list);
    entry.setAttribute("aria-controls", "found");
  }

  close() {
    this.list.remove();
    this.entry?.removeAttribute("aria-activedescendant");
    this.entry?.removeAttribute("aria-controls");
    this.entry = null;
    this.at = -1;
  }

  choose(place) {
    const items = [...this.list.children];
    this.at = Math.max(-1, Math.min(items.length - 1, place));
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    this.entry.setAttribute("aria-activedescendant", this.at < 0 ? "" : `found-${this.at}`);
    items[this.at]?.scrollIntoView({ block: "nearest" });
  }

  accept() {
    const { entry } = this;
    entry.value = this.list.children[this.at].dataset.value;
    this.close();
    this.take(entry.closest(".leaf"));
  }

  pressed(event) {
    if (!this.entry || event.target !== this.entry) {
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      this.choose(this.at + moves[event.key]);
    } else if (event.key === "Enter" && this.at >= 0) {
      this.accept();
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
