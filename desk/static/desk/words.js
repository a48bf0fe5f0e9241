// Pointing at words on the fax: a click takes one, dragging with Shift takes all in the frame.

const NEAR = 4;

export class Words {
  constructor(viewer, taken) {
    this.viewer = viewer;
    this.taken = taken;
    this.pages = new Map();
    this.frame = null;
    // Fetched when the pointer first comes to the fax, and once a page.
    viewer.scroll.addEventListener("pointerenter", () => viewer.pages.forEach((page) => this.fetch(page)), { once: true });
    viewer.scroll.addEventListener("pointerdown", (event) => this.start(event), { capture: true });
    window.addEventListener("pointermove", (event) => this.draw(event));
    window.addEventListener("pointerup", (event) => this.end(event));
    viewer.scroll.addEventListener("click", (event) => this.click(event));
  }

  fetch(page) {
    if (!this.pages.has(page.number)) {
      this.pages.set(
        page.number,
        fetch(page.figure.dataset.words).then((answer) => (answer.ok ? answer.json() : [])).catch(() => []),
      );
    }
    return this.pages.get(page.number);
  }

  // Where on the upright page a point of the window lies, as fractions; null outside of the page.
  at(x, y) {
    const page = this.viewer.pages.find(({ figure }) => {
      const box = figure.getBoundingClientRect();
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
    if (!page) {
      return null;
    }
    const point = new DOMPoint(x, y).matrixTransform(page.overlay.getScreenCTM().inverse());
    const grid = page.overlay.viewBox.baseVal.width;
    return { page, x: point.x / grid, y: point.y / grid };
  }

  start(event) {
    if (event.button === 0 && event.shiftKey) {
      event.stopPropagation();
      const from = this.at(event.clientX, event.clientY);
      this.frame = from && { from, rect: this.viewer.addRect(from.page, [0, 0, 0, 0], "mark other") };
    }
  }

  box(event) {
    const { from } = this.frame;
    const to = this.at(event.clientX, event.clientY);
    const end = to?.page === from.page ? to : from;
    return [Math.min(from.x, end.x), Math.min(from.y, end.y), Math.max(from.x, end.x), Math.max(from.y, end.y)];
  }

  draw(event) {
    if (this.frame) {
      this.viewer.placeRect(this.frame.from.page, this.frame.rect, this.box(event));
    }
  }

  async end(event) {
    if (!this.frame) {
      return;
    }
    const { from, rect } = this.frame;
    const [x0, y0, x1, y1] = this.box(event);
    this.frame = null;
    this.framed = true;
    setTimeout(() => {
      this.framed = false;
    });
    rect.remove();
    const words = await this.fetch(from.page);
    this.take(from.page, words.filter(([, a, b, c, d]) => a < x1 && c > x0 && (b + d) / 2 > y0 && (b + d) / 2 < y1));
  }

  async click(event) {
    if (this.viewer.dragged || this.framed || event.target.closest(".mark[data-path]")) {
      return;
    }
    const point = this.at(event.clientX, event.clientY);
    if (!point) {
      return;
    }
    const slack = NEAR / point.page.figure.offsetWidth;
    const words = await this.fetch(point.page);
    const [hit] = words.filter(
      ([, a, b, c, d]) => point.x > a - slack && point.x < c + slack && point.y > b - slack && point.y < d + slack,
    );
    this.take(point.page, hit ? [hit] : []);
  }

  take(page, words) {
    if (!words.length) {
      return;
    }
    const lines = [...words].sort((one, other) => one[5] - other[5] || one[1] - other[1]);
    const edges = [1, 2, 3, 4].map((side) => (side < 3 ? Math.min : Math.max)(...words.map((word) => word[side])));
    this.taken({
      text: lines.map(([text]) => text).join(" "),
      place: [page.number, ...edges.map((edge) => edge.toFixed(5))].join(" "),
      page: page.number,
      box: edges,
    });
  }
}
