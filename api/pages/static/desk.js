// The desk: hits while typing, the chosen one beside the list, and keys for all of it.
// Without this script the box, its filters and the links to the hits do the same work.
import { copy, say } from "./page.js";

const SETTLED = 150; // ms without new hits after which the first one is shown beside the list
const SHORTEST = 3; // letters from which on typing is a question

const ask = document.querySelector("#ask");
const box = document.querySelector("#q");
const found = document.querySelector("#found");
const beside = document.querySelector("#beside");
const verdict = document.querySelector("#verdict");
const keys = document.querySelector("#keys");
const single = document.querySelector("#single-keys");

let asking = false; // one question is under way at most: a slow server is not asked faster
let askAgain = false; // something was typed since that question
let settling = 0; // timer of the preview
let previewing = null;

function address(path) {
  const said = new URLSearchParams(new FormData(ask));
  for (const [name, value] of [...said]) if (!value) said.delete(name);
  const query = said.toString();
  return query ? `${path}?${query}` : path;
}

async function part(path, signal) {
  const answer = await fetch(path, { signal, headers: { Accept: "text/html" } });
  if (answer.redirected) location.assign("/sign-in");
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}

/** Show the hits for what is in the box: at once, or when the answer under way has come. */
async function search() {
  if (box.value.trim() && box.value.trim().length < SHORTEST) return;
  askAgain = asking;
  if (asking) return;
  asking = true;
  found.setAttribute("aria-busy", "true");
  try {
    const asked = address("/");
    replace(await part(address("/desk/hits")));
    history.replaceState(null, "", asked);
  } catch {
    say(ask.dataset.failed);
  } finally {
    asking = false;
    found.setAttribute("aria-busy", "false");
  }
  if (askAgain) search();
}

/** Show other hits; somebody who is at one of them already stays there, if it is still found. */
function replace(text) {
  const { kind, id } = found.contains(document.activeElement) ? (chosen()?.dataset ?? {}) : {};
  found.innerHTML = text;
  const same = hits().findIndex((hit) => hit.dataset.kind === kind && hit.dataset.id === id);
  choose(Math.max(0, same), { quietly: !id });
}

const hits = () => [...found.querySelectorAll(".hits > li")];
const chosen = () => found.querySelector(".hits > li.chosen");

function choose(index, { quietly = false } = {}) {
  const all = hits();
  const hit = all[Math.max(0, Math.min(index, all.length - 1))];
  for (const other of all) {
    other.classList.toggle("chosen", other === hit);
    const link = other.querySelector("h2 a");
    if (other === hit) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!hit) return beside.classList.add("waiting");
  if (!quietly) {
    hit.querySelector("h2 a").focus({ preventScroll: true });
    hit.scrollIntoView({ block: "nearest" });
  }
  clearTimeout(settling);
  settling = setTimeout(preview, quietly ? SETTLED : 0, hit, quietly);
}

async function preview(hit, quietly) {
  previewing?.abort();
  const mine = (previewing = new AbortController());
  try {
    const text = await part(`/desk/${hit.dataset.kind}/${hit.dataset.id}`, mine.signal);
    if (previewing !== mine) return;
    beside.innerHTML = text;
    beside.scrollTop = 0;
    // On a phone the preview is below the list: only who asked for it gets it.
    beside.classList.toggle("waiting", quietly);
  } catch (error) {
    if (error.name !== "AbortError") say(ask.dataset.failed);
  }
}

/** Tell the server what somebody says of a hit, or that they opened it. */
function tell(hit, word) {
  const body = new FormData(verdict);
  body.set("kind", hit.dataset.kind.slice(0, -1));
  body.set("id", hit.dataset.id);
  body.set("verdict", word);
  body.set("ticket", ask.elements.ticket?.value ?? "0");
  return fetch("/desk/verdict", {
    method: "POST",
    body: new URLSearchParams(body),
    headers: { "X-Part": "1" },
    keepalive: true, // the page may be left for the hit
  });
}

const opened = (hit) => tell(hit, "opened").catch(() => {}); // a note for later: nobody waits

async function judge(word) {
  const hit = chosen();
  if (!hit) return;
  const answer = await tell(hit, word);
  say(answer.ok ? ask.dataset.kept : ask.dataset.failed);
  hit.classList.toggle("dismissed", answer.ok && word === "not_this");
  if (answer.ok && word === "not_this") choose(hits().indexOf(hit) + 1);
}

/** Whether somebody is at the hit already: the first j only goes to the hit that is shown. */
const focused = (hit) => !hit || hit.contains(document.activeElement);

async function copySolution() {
  const text = beside.querySelector("#plain")?.innerText;
  if (text && (await copy(text))) say(ask.dataset.copied);
}

const ACTS = {
  "/": () => (box.focus(), box.select()),
  j: () => choose(hits().indexOf(chosen()) + (focused(chosen()) ? 1 : 0)),
  k: () => choose(hits().indexOf(chosen()) - 1),
  s: () => judge("solved"),
  n: () => judge("not_this"),
  c: copySolution,
  e: () => document.querySelector("#escalate")?.click(),
  "?": () => keys.showModal(),
};

function typed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || keys.open) {
    if (event.ctrlKey && event.key === "Enter" && event.target === box) ask.requestSubmit();
    return;
  }
  if (event.target === box && event.key === "Escape") {
    event.preventDefault();
    return choose(Math.max(0, hits().indexOf(chosen())));
  }
  if (event.target.matches("input, textarea, select")) return;
  if (event.key === "Enter" && event.target === document.body && chosen())
    return chosen().querySelector("h2 a").click();
  const act = single.checked || event.key === "?" ? ACTS[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
}

function start() {
  box.addEventListener("input", search);
  ask.addEventListener("change", (event) => event.target !== box && search());
  ask.addEventListener("submit", (event) => {
    if (event.submitter?.id === "escalate") return;
    event.preventDefault();
    search();
  });
  found.addEventListener("click", (event) => {
    const hit = event.target.closest(".hits > li");
    if (hit && event.target.closest("h2 a, summary")) opened(hit);
    if (hit && !event.target.closest("a, summary")) choose(hits().indexOf(hit));
  });
  beside.addEventListener("click", (event) => {
    const button = event.target.closest("[data-verdict]");
    if (button) judge(button.dataset.verdict);
  });
  document.addEventListener("keydown", typed);
  single.checked = localStorage.getItem("single-keys") !== "no";
  single.addEventListener("change", () =>
    localStorage.setItem("single-keys", single.checked ? "yes" : "no"),
  );
  const show = document.querySelector("#show-keys");
  show.hidden = false;
  show.addEventListener("click", () => keys.showModal());
  choose(0, { quietly: true });
  // The box has the focus before this script is there: what was typed meanwhile is a question too.
  if (box.value !== box.defaultValue) search();
}

start();
