// Pages in lanes: moved by keys or dragged; the form's own inputs are what is sent.

const form = document.querySelector("form.split");
const lanes = form.querySelector(".lanes");
const TURNS = ["0", "90", "180", "270"];

const cards = () => [...form.querySelectorAll(".page-card")];
const numbered = () => [...form.querySelectorAll(".lane")].filter((lane) => lane.dataset.lane !== "0");
const inOrder = () => cards().sort((one, other) => one.dataset.number - other.dataset.number);

function laneOf(number) {
  let lane = form.querySelector(`.lane[data-lane="${number}"]`);
  if (!lane) {
    lane = document.createElement("section");
    lane.className = "lane";
    lane.dataset.lane = number;
    lane.setAttribute("aria-label", `Order ${number}`);
    const title = document.createElement("h2");
    title.textContent = `Order ${number}`;
    const room = document.createElement("div");
    room.className = "cards-of";
    lane.append(title, room);
    lanes.insertBefore(lane, form.querySelector('.lane[data-lane="0"]'));
  }
  return lane;
}

// Lanes are numbered without gaps, so that a key always leads to the next new one at most.
function move(card, number) {
  const most = Math.max(0, ...numbered().filter((lane) => lane.querySelector(".page-card")).map((lane) => Number(lane.dataset.lane)));
  const to = Math.min(number, most + 1);
  card.querySelector(".lane-of").value = to;
  const room = laneOf(to).querySelector(".cards-of");
  const after = [...room.children].find((each) => Number(each.dataset.number) > Number(card.dataset.number));
  room.insertBefore(card, after ?? null);
}

function split(card) {
  const here = card.querySelector(".lane-of").value;
  const next = Math.max(...numbered().map((lane) => Number(lane.dataset.lane)), 0) + 1;
  inOrder()
    .filter((each) => each.querySelector(".lane-of").value === here && Number(each.dataset.number) >= Number(card.dataset.number))
    .forEach((each) => move(each, next));
}

function join(card) {
  const here = Number(card.querySelector(".lane-of").value);
  if (here > 1) {
    inOrder()
      .filter((each) => Number(each.querySelector(".lane-of").value) === here)
      .forEach((each) => move(each, here - 1));
  }
}

function turn(card) {
  const entry = card.querySelector("[name^=turn-]");
  entry.value = TURNS[(TURNS.indexOf(entry.value) + 1) % 4];
  paint(card);
}

function paint(card) {
  card.querySelector("img").dataset.turn = card.querySelector("[name^=turn-]").value;
}

function mark(card, type) {
  card.querySelector("[name^=type-]").value = type;
  move(card, 0);
}

function step(card, by) {
  const all = inOrder();
  all[Math.max(0, Math.min(all.length - 1, all.indexOf(card) + by))]?.querySelector(".thumb").focus();
}

const ACTS = {
  ArrowRight: (card) => step(card, 1),
  ArrowLeft: (card) => step(card, -1),
  s: split,
  j: join,
  t: turn,
  b: (card) => mark(card, "blank"),
  o: (card) => mark(card, "other"),
};

document.addEventListener("keydown", (event) => {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.key === "Escape") {
    form.querySelector("[data-back]").click();
    return;
  }
  const card = event.target.closest(".page-card");
  if (!card || !event.target.matches(".thumb") || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const act = /^\d$/.test(event.key) ? () => move(card, Number(event.key)) : ACTS[event.key];
  if (act) {
    event.preventDefault();
    act(card);
    if (!event.key.startsWith("Arrow")) {
      card.querySelector(".thumb").focus();
    }
  }
});

form.addEventListener("change", (event) => {
  const card = event.target.closest(".page-card");
  if (event.target.matches(".lane-of")) {
    move(card, Number(event.target.value));
  }
  if (card) {
    paint(card);
  }
});

let dragged = null;
form.addEventListener("dragstart", (event) => {
  dragged = event.target.closest(".page-card");
});
form.addEventListener("dragover", (event) => {
  if (dragged && event.target.closest(".lane")) {
    event.preventDefault();
  }
});
form.addEventListener("drop", (event) => {
  const lane = event.target.closest(".lane");
  if (dragged && lane) {
    event.preventDefault();
    move(dragged, Number(lane.dataset.lane));
  }
  dragged = null;
});

inOrder()[0]?.querySelector(".thumb").focus();
