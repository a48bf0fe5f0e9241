// The fax: pages below each other, zoom, turning, panning, and boxes that belong to fields.

const ROOM = 24;
const LEAST = 0.3;
const MOST = 5;
const STEP = 1.2;
// Pixels: a box lower than this is hard to read, and the paper comes nearer.
const LEGIBLE = 15;
const DRAG_FROM = 4;

export class Viewer {
  constructor(root) {
    this.root = root;
    this.scroll = root.querySelector("[data-scroll]");
    this.pages = [...root.querySelectorAll(".page")].map((figure) => ({
      figure,
      turn: figure.querySelector(".turn"),
      overlay: figure.querySelector("svg"),
      number: Number(figure.dataset.page),
      width: Number(figure.dataset.width),
      height: Number(figure.dataset.height),
      degrees: 0,
    }));
    this.scale = 1;
    this.listen();
    this.layOut();
    const first = this.pages.find((page) => !page.figure.classList.contains("foreign"));
    if (first && first !== this.pages[0]) {
      this.goTo(first.number);
    }
    this.mark();
  }

  listen() {
    new ResizeObserver(() => this.keepingPlace(() => this.layOut())).observe(this.scroll);
    this.scroll.addEventListener("scroll", () => this.mark(), { passive: true });
    this.scroll.addEventListener(
      "wheel",
      (event) => {
        if (event.ctrlKey) {
          event.preventDefault();
          this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event);
        }
      },
      { passive: false },
    );
    this.root.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-view]");
      const thumb = event.target.closest("[data-thumb]");
      if (tool) {
        this.act(tool.dataset.view);
      } else if (thumb) {
        this.goTo(Number(thumb.dataset.thumb));
      }
    });
    this.listenToDragging();
  }

  listenToDragging() {
    let from = null;
    // Moving the paper leaves the focus in the field that is worked on.
    this.scroll.addEventListener("mousedown", (event) => event.preventDefault());
    this.scroll.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType === "mouse") {
        from = { x: event.clientX, y: event.clientY, left: this.scroll.scrollLeft, top: this.scroll.scrollTop };
      }
    });
    window.addEventListener("pointermove", (event) => {
      if (!from) {
        return;
      }
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (this.dragged || Math.hypot(dx, dy) > DRAG_FROM) {
        this.dragged = true;
        this.scroll.classList.add("dragging");
        this.scroll.scrollTo(from.left - dx, from.top - dy);
      }
    });
    window.addEventListener("pointerup", () => {
      from = null;
      this.scroll.classList.remove("dragging");
      // The click that ends a drag comes after this event and must not count as one.
      setTimeout(() => {
        this.dragged = false;
      });
    });
  }

  act(what) {
    const acts = {
      in: () => this.zoom(STEP),
      out: () => this.zoom(1 / STEP),
      fit: () => this.keepingPlace(() => this.setScale(1)),
      turn: () => this.turn(),
      next: () => this.goTo(this.current().number + 1),
      previous: () => this.goTo(this.current().number - 1),
    };
    acts[what]();
  }

  setScale(scale) {
    this.scale = Math.min(MOST, Math.max(LEAST, scale));
    this.layOut();
  }

  zoom(factor, at = null) {
    const box = this.scroll.getBoundingClientRect();
    this.keepingPlace(() => this.setScale(this.scale * factor), at ? at.clientX - box.left : null, at ? at.clientY - box.top : null);
  }

  turn() {
    const page = this.current();
    page.degrees = (page.degrees + 90) % 360;
    this.layOut();
    this.goTo(page.number);
  }

  // Runs a change of sizes so that the same spot of the same page stays under the given point of the window.
  keepingPlace(change, x = null, y = null) {
    const [px, py] = [x ?? this.scroll.clientWidth / 2, y ?? this.scroll.clientHeight / 2];
    const box = this.scroll.getBoundingClientRect();
    const page = this.pages.find(({ figure }) => figure.getBoundingClientRect().bottom >= box.top + py) ?? this.pages[0];
    if (!page) {
      change();
      return;
    }
    const before = page.figure.getBoundingClientRect();
    const share = { x: (box.left + px - before.left) / before.width, y: (box.top + py - before.top) / before.height };
    change();
    const after = page.figure.getBoundingClientRect();
    this.scroll.scrollLeft += after.left + share.x * after.width - (box.left + px);
    this.scroll.scrollTop += after.top + share.y * after.height - (box.top + py);
  }

  layOut() {
    const room = Math.max(160, this.scroll.clientWidth - ROOM);
    for (const page of this.pages) {
      const lying = page.degrees % 180 !== 0;
      const [width, height] = lying ? [page.height, page.width] : [page.width, page.height];
      const ratio = (room * this.scale) / width;
      page.figure.style.width = `${width * ratio}px`;
      page.figure.style.height = `${height * ratio}px`;
      page.turn.style.width = `${page.width * ratio}px`;
      page.turn.style.height = `${page.height * ratio}px`;
      page.turn.style.transform = `translate(-50%, -50%) rotate(${page.degrees}deg)`;
    }
  }

  current() {
    const middle = this.scroll.getBoundingClientRect().top + this.scroll.clientHeight / 3;
    return this.pages.find(({ figure }) => figure.getBoundingClientRect().bottom > middle) ?? this.pages.at(-1);
  }

  mark() {
    const number = this.current()?.number;
    const shown = this.root.querySelector("[data-page-now]");
    if (shown) {
      shown.value = number;
    }
    for (const thumb of this.root.querySelectorAll("[data-thumb]")) {
      if (Number(thumb.dataset.thumb) === number) {
        thumb.setAttribute("aria-current", "true");
      } else {
        thumb.removeAttribute("aria-current");
      }
    }
  }

  goTo(number) {
    const page = this.pages.find((each) => each.number === number);
    if (page) {
      const box = this.scroll.getBoundingClientRect();
      this.scroll.scrollTop += page.figure.getBoundingClientRect().top - box.top - ROOM / 2;
      this.mark();
    }
  }

  // Lights up the boxes of a field and brings the first of them into sight, near enough to be read.
  show(path) {
    this.forget();
    const marks = [...this.root.querySelectorAll(".mark")].filter((mark) => mark.dataset.path === path);
    marks.forEach((mark) => mark.classList.add("on"));
    if (marks.length) {
      this.bring(marks[0]);
    }
    return marks.length > 0;
  }

  // Draws the box of a value that lost, in the overlay's own measure.
  showOther(number, box, bring = true) {
    this.forget(".other");
    const page = this.pages.find((each) => each.number === number);
    if (!page || box.length !== 4) {
      return;
    }
    const rect = this.addRect(page, box, "mark other");
    if (bring) {
      this.bring(rect);
    }
  }

  addRect(page, box, kind) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("class", kind);
    page.overlay.append(rect);
    this.placeRect(page, rect, box);
    return rect;
  }

  // `box` as fractions of the page, as everywhere; the overlay counts in its own grid.
  placeRect(page, rect, box) {
    const grid = page.overlay.viewBox.baseVal.width;
    const [x0, y0, x1, y1] = box.map((edge) => edge * grid);
    Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 }).forEach(([name, value]) => rect.setAttribute(name, value));
  }

  // A field's value stands somewhere else now.
  moveMark(path, number, box) {
    const page = this.pages.find((each) => each.number === number);
    if (page) {
      [...this.root.querySelectorAll(".mark")].filter((mark) => mark.dataset.path === path).forEach((mark) => mark.remove());
      this.addRect(page, box, "mark").dataset.path = path;
    }
  }

  forget(which = "") {
    this.root.querySelectorAll(".mark.other").forEach((mark) => mark.remove());
    if (!which) {
      this.root.querySelectorAll(".mark.on").forEach((mark) => mark.classList.remove("on"));
    }
  }

  bring(mark) {
    const view = this.scroll.getBoundingClientRect();
    let box = mark.getBoundingClientRect();
    const wanted = Math.min(LEGIBLE / box.height, (view.width - 2 * ROOM) / box.width);
    if (wanted > 1.05 || box.width > view.width - ROOM) {
      this.setScale(this.scale * wanted);
      box = mark.getBoundingClientRect();
    }
    const inside =
      box.left > view.left + ROOM && box.right < view.right - ROOM && box.top > view.top + 2 * ROOM && box.bottom < view.bottom - 2 * ROOM;
    if (!inside) {
      this.scroll.scrollLeft += box.left + box.width / 2 - (view.left + view.width / 2);
      this.scroll.scrollTop += box.top + box.height / 2 - (view.top + view.height / 2.5);
    }
    this.mark();
  }
}
