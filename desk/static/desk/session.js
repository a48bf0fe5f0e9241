// What holds on every page: the log-in's token, the theme, and a word to the person when a request fails.

const MONTHS = 60 * 60 * 24 * 365;

// Milliseconds that good news stays.
const GOOD_FOR = 4000;
let hushing = 0;

export function say(text, tone = "stop", link = null) {
  const notice = document.createElement("div");
  notice.className = `notice ${tone}`;
  const words = document.createElement("p");
  words.textContent = text;
  notice.append(words);
  if (link) {
    const anchor = document.createElement("a");
    anchor.className = "button";
    anchor.href = link.href;
    anchor.textContent = link.text;
    if (link.away) {
      anchor.target = "_blank";
    }
    notice.append(anchor);
  }
  clearTimeout(hushing);
  document.getElementById("word")?.replaceChildren(notice);
  if (tone === "good") {
    hushing = setTimeout(hush, GOOD_FOR);
  }
}

export function hush() {
  document.getElementById("word")?.replaceChildren();
}

export function cookie(name) {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function failed(event) {
  const { xhr, pathInfo } = event.detail;
  if (xhr.status === 401) {
    say(xhr.responseText, "stop", { href: "/login/", text: "Sign in", away: true });
  } else if (xhr.status === 403) {
    say("This is not allowed with the present log-in. Nothing was changed; what you typed is still here.");
  } else if (xhr.status === 404) {
    say("This is not here any more.");
  } else if (!pathInfo?.requestPath.endsWith("/counts")) {
    say("Something went wrong on our side. Nothing was changed; what you typed is still here.");
  }
}

export function turnTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${MONTHS}; samesite=lax`;
}

export function startSession() {
  let away = false;
  // From the cookie, not from the page: a log-in in another tab changes the token, and this page goes on.
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
  });
  document.body.addEventListener("htmx:responseError", failed);
  document.body.addEventListener("htmx:sendError", () => {
    away = true;
    say("No connection to the desk. What you typed stays here; try again in a moment.");
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (away && event.detail.xhr?.status) {
      away = false;
      hush();
    }
  });
}
