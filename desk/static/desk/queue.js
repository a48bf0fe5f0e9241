// A queue by keys: arrows move, Enter opens, the place is kept when the rows are renewed.

const ROWS = "tr.row a.open";

function rows() {
  return [...document.querySelectorAll(ROWS)];
}

function move(step) {
  const all = rows();
  const here = all.indexOf(document.activeElement);
  const there = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step));
  all[there]?.focus();
}

function keepPlace() {
  let place = null;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "rows") {
      const index = rows().indexOf(document.activeElement);
      place = index < 0 ? null : { index, id: document.activeElement.closest("tr").id };
    }
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "rows" && place) {
      const same = document.getElementById(place.id)?.querySelector("a.open");
      (same ?? rows()[Math.min(place.index, rows().length - 1)])?.focus({ preventScroll: true });
      place = null;
    }
  });
}

export function startQueue() {
  keepPlace();
  if (document.activeElement === document.body) {
    rows()[0]?.focus({ preventScroll: true });
  }
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr.row");
    if (row && !event.target.closest("a, button, form") && !getSelection().toString()) {
      row.querySelector("a.open").click();
    }
  });
  document.querySelector("[data-do=clear]")?.addEventListener("click", (event) => {
    const form = event.target.closest("form");
    form.querySelectorAll("select, input:not([type=hidden])").forEach((entry) => {
      entry.value = "";
    });
    form.requestSubmit();
  });
}

// Returns whether the key meant something here.
export function queueKey(event) {
  const searching = event.target.id === "search";
  const typing = event.target.matches("input, select, textarea");
  if (searching && (event.key === "ArrowDown" || event.key === "Enter")) {
    move(1);
    return event.key === "ArrowDown";
  }
  if (typing) {
    return false;
  }
  const moves = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: -1e6, End: 1e6 };
  if (event.key in moves) {
    move(moves[event.key]);
    return true;
  }
  const link = { PageDown: ".pager [rel=next]", PageUp: ".pager a:not([rel])" }[event.key];
  const found = link && document.querySelector(link);
  found?.click();
  return Boolean(found);
}
