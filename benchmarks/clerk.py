"""A scripted clerk in Chromium works doubtful orders by keys alone: `python -m benchmarks.clerk --orders 20`.

Referrals are drawn by `sample_docs.generator`, read as they would be, and those
that wait in review are worked through: for each field to check the clerk, who
knows the truth, accepts what is right (Enter), takes a right alternative (its
digit), or types; then makes the order ready or asks the referrer. Prints the
keystrokes and seconds an order and a field. A chord counts as its keys: Ctrl
and Enter are two. The script does not think: its seconds are the desk's.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from sample_docs.generator.make import make_referral, write

CHROMIUM = "/usr/bin/chromium"
PORT = 8791
SEED = 52600
FIRST_TO_CHECK = ".leaf.first"
MOST_FIELDS = 60
IN_FOCUS = """() => {
  const leaf = document.activeElement.closest(".leaf");
  const entry = leaf?.querySelector("[name=typed]");
  const taken = [...(leaf?.querySelectorAll("[data-take]") ?? [])];
  const others = taken.map((each) => [each.dataset.key, each.dataset.take]);
  return leaf && { path: leaf.dataset.path, typed: entry.value, list: entry.tagName === "SELECT",
                   digits: "digits" in leaf.dataset, others };
}"""
# The letters after which a list stands at `value`: the fewest that no entry before it begins with.
LETTERS_TO = """(value) => {
  const all = [...document.activeElement.options];
  const place = all.findIndex((each) => each.value === value);
  const words = all[place]?.text.toLowerCase() ?? "";
  for (let length = 1; length < words.length; length += 1) {
    if (all.findIndex((each) => each.text.toLowerCase().startsWith(words.slice(0, length))) === place) {
      return words.slice(0, length);
    }
  }
  return words;
}"""
AIM_FIELD, AIM_ORDER = 2, 25


@dataclass
class Tally:
    """Keys and seconds of one order; `right` and `wrong` are the keys of each field that was read so."""

    keys: int = 0
    seconds: float = 0.0
    right: list[int] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    end: str = ""


def make_orders(folder: Path, wanted: int) -> dict[str, dict]:
    """Draw and read referrals until `wanted` orders wait in review; return the truth of each by its case's id."""
    from config import settings
    from pipeline import read_referral
    from store import ledger

    truths: dict[str, dict] = {}
    number = 0
    while len(truths) < wanted:
        number += 1
        write(make_referral(random.Random(f"{SEED}/{number}"), kind="single"), folder, f"{number:04d}")
        truth = json.loads((folder / f"{number:04d}.truth.json").read_text("utf-8"))
        data = (folder / truth["document"]).read_bytes()
        document_id = ledger.receive(data, truth["document"], "folder", truth["document"]).document_id
        ledger.lease("clerk-bench")
        reading = read_referral(data, truth["document"], settings().limits)
        opened = ledger.record_reading(document_id, "clerk-bench", reading.referral, reading.pages)
        if len(opened) == len(truth["orders"]) == 1 and ledger.case(opened[0]).state == "review":
            truths[opened[0]] = truth["orders"][0]
            print(f"{len(truths)} of {wanted} orders in review, {number} read", flush=True)
    return truths


class Clerk:
    """Presses keys on the order page, and counts them."""

    def __init__(self, page, truth: dict) -> None:
        self.page, self.truth, self.tally = page, truth, Tally()

    def press(self, *chord: str) -> None:
        self.page.keyboard.press("+".join(chord))
        self.tally.keys += len(chord)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.tally.keys += len(text)

    def work(self) -> Tally:
        """Work the open order to its end."""
        started = time.perf_counter()
        for _ in range(MOST_FIELDS):
            self.page.wait_for_selector(".leaf.waiting", state="detached")
            if self.page.locator(FIRST_TO_CHECK).count() == 0:
                break
            self.check()
        self.finish()
        self.tally.seconds = time.perf_counter() - started
        return self.tally

    def check(self) -> None:
        """Settle the field that has the focus."""
        leaf = self.page.evaluate(IN_FOCUS)
        if leaf is None:
            self.page.locator(f"{FIRST_TO_CHECK} [name=typed]").first.focus()
            return
        before, wanted = self.tally.keys, self.said(leaf["path"])
        right = _same(leaf["typed"], wanted)
        other = next((key for key, value in leaf["others"] if _same(value, wanted)), None)
        if right:
            self.press("Enter")
        elif other:
            self.press("Alt", other) if leaf["digits"] else self.press(other)
        else:
            self.enter(wanted, leaf["list"])
        (self.tally.right if right else self.tally.wrong).append(self.tally.keys - before)

    def enter(self, wanted: str, from_list: bool) -> None:
        """Put `wanted` into the field: of a list the letters that lead to it, nothing where the fax states nothing."""
        if from_list and not wanted:
            self.press("Home")
        elif from_list:
            self.type(self.page.evaluate(LETTERS_TO, wanted))
        elif wanted:
            self.type(wanted)
        else:
            self.press("Delete")
        self.press("Enter")

    def said(self, path: str) -> str:
        """Return what the fax states at `path`, as it stands in the field; empty where it states nothing."""
        from desk.fields import field_at, shown

        node = self.truth
        for step in path.split("."):
            if isinstance(node, list):
                node = node[int(step)] if int(step) < len(node) else None
            elif node is not None:
                node = node.get(step)
        return shown(node, field_at(path).kind)

    def finish(self) -> None:
        """Ready where nothing blocks, else ask the referrer; leave the order where there is nothing to ask."""
        if not any(each["severity"] == "blocking" for each in self.truth["problems"]):
            self.tally.end = "ready"
            if self.page.locator('.actions [data-open="ready-anyway"]').count():
                self.press("Control", "Enter")
                self.type("Complete as read")
                self.leave("Control", "Enter")
            else:
                self.leave(*self.shortest('.actions form:has([value="ready"]) button', "Control", "Enter"))
        elif self.page.locator('.actions [data-open="ask"]').count():
            self.tally.end = "asked"
            self.press(*self.shortest('.actions [data-open="ask"]', "Alt", "a"))
            self.leave("Control", "Enter")
        else:
            self.tally.end = "left"
            self.leave("Alt", "n")

    def shortest(self, button: str, *chord: str) -> tuple[str, ...]:
        """Return Enter where the button has the focus, as after the last field to check, else its chord."""
        focused = self.page.locator(f"{button}:focus").count()
        return ("Enter",) if focused else chord

    def leave(self, *chord: str) -> None:
        """Press what opens the next page, and wait for it."""
        with self.page.expect_navigation():
            self.press(*chord)


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def report(tallies: list[Tally]) -> str:
    """Return the figures as a table."""
    keys, seconds = [each.keys for each in tallies], [each.seconds for each in tallies]
    right = [count for each in tallies for count in each.right]
    wrong = [count for each in tallies for count in each.wrong]
    lines = [
        f"{len(tallies)} orders: {sum(each.end == 'ready' for each in tallies)} made ready, "
        f"{sum(each.end == 'asked' for each in tallies)} asked about, "
        f"{sum(each.end == 'left' for each in tallies)} left",
        f"keystrokes an order: median {statistics.median(keys):g}, most {max(keys)} (aim {AIM_ORDER})",
        f"seconds an order, the desk's: median {statistics.median(seconds):.1f}, most {max(seconds):.1f}",
        f"fields right but doubtful: {len(right)}, keystrokes each at most {max(right, default=0)} (aim {AIM_FIELD})",
        f"fields wrong or not found: {len(wrong)}, keystrokes each median {statistics.median(wrong or [0]):g}, "
        f"most {max(wrong, default=0)}",
    ]
    return "\n".join(lines)


def main() -> None:
    """Make the orders, work them, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clerk", description=__doc__)
    parser.add_argument("--orders", type=int, default=20)
    wanted = parser.parse_args().orders
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(CLEARORDER_DATA=folder, CLEARORDER_BLIND_SHARE="0", DJANGO_ALLOW_ASYNC_UNSAFE="1")
        from playwright.sync_api import sync_playwright

        from benchmarks.desk import serving
        from store.setup import first_administrator, make_ledger

        make_ledger()
        first_administrator("clerk", "a long pass-word")
        faxes = Path(folder) / "faxes"
        faxes.mkdir()
        truths = make_orders(faxes, wanted)
        with serving(PORT), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(base_url=f"http://127.0.0.1:{PORT}", viewport={"width": 1280, "height": 800})
            page.goto("/login/")
            page.get_by_label("Name").fill("clerk")
            page.get_by_label("Password").fill("a long pass-word")
            page.keyboard.press("Enter")
            page.wait_for_url("**/queue/**")
            tallies = []
            for case_id, truth in truths.items():
                page.goto(f"/orders/{case_id}/")
                tallies.append(Clerk(page, truth).work())
            browser.close()
        print(report(tallies))


if __name__ == "__main__":
    main()
