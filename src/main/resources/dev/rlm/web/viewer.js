// Shows a task while it runs and afterwards, or the list of the latest ones. Asks the server and shows what it says, as text.

import { Story, citation, count, element } from "./story.js";

const FASTEST = 1_000;
const SLOWEST = 5_000;
const KEY = "rlm-key";

const at = id => document.getElementById(id);
const api = new URL("api/tasks", document.baseURI);
const id = decodeURIComponent(location.pathname.split("/").pop());
const story = new Story(at("story"));

let after = 0;
let pause = FASTEST;
let latest = "";
let claims = [];
let citations = [];
let timer = 0;
let answerEnd = 0;
let factsShown = "";
let timeLimit = 0;

function show(place, text) {
  if (at(place).textContent !== text) {
    at(place).textContent = text;
  }
}

/** Asks the server; the answer of a refusal is a sentence. */
async function ask(address) {
  const key = sessionStorage.getItem(KEY);
  const response = await fetch(address, {
    headers: key === null ? {} : { Authorization: `Bearer ${key}` },
    credentials: "same-origin",
    cache: "no-store",
  });
  const body = await response.text();
  if (response.ok) {
    return { json: JSON.parse(body) };
  }
  let sentence = body;
  try {
    sentence = JSON.parse(body).error;
  } catch {
    // A sentence already.
  }
  return { status: response.status, sentence, wait: Number(response.headers.get("Retry-After")) };
}

/** Looks, and looks again later unless there is nothing more to come. */
async function look() {
  let next = null;
  try {
    const answer = id === "" ? await ask(api) : await ask(`${api}/${encodeURIComponent(id)}?after=${after}`);
    next = answer.json ? (id === "" ? showTasks(answer.json) : showTask(answer.json)) : refused(answer);
  } catch (failure) {
    console.error(failure);
    show("notice", "The server cannot be reached; trying again.");
    next = SLOWEST;
  }
  if (next !== null) {
    timer = setTimeout(look, next);
  }
}

function refused({ status, sentence, wait }) {
  show("notice", sentence);
  if (status === 401) {
    sessionStorage.removeItem(KEY);
    at("sign-in").hidden = false;
    at("forget").hidden = true;
    at("key").focus();
    return null;
  }
  return status === 429 || status >= 500 ? Math.max(SLOWEST, 1_000 * wait) : null;
}

function signedIn() {
  show("notice", "");
  at("sign-in").hidden = true;
  at("forget").hidden = sessionStorage.getItem(KEY) === null;
}

function showTasks({ tasks }) {
  signedIn();
  at("tasks").hidden = false;
  at("recent").replaceChildren(
    ...tasks.map(task => {
      const link = element("a", "", task.question);
      link.href = encodeURIComponent(task.task_id);
      return element("li", "", link, element("p", "aside", `${task.state}, ${new Date(task.submitted_at).toLocaleString()}`));
    }),
  );
  return null;
}

function showTask({ task, events, last, more, answer_end: end }) {
  signedIn();
  at("task").hidden = false;
  for (const event of events) {
    story.add(event);
    note(event);
  }
  after = last;
  showStatus(task);
  showDraft(task.writing);
  at("published").hidden = task.published === null;
  show("published-text", task.published?.answer ?? "");
  if (more) {
    return 0;
  }
  if (task.ended_at !== null && last >= task.version) {
    showAnswer(task, end);
    return null;
  }
  const now = JSON.stringify([task.version, task.writing]);
  pause = now === latest ? Math.min(SLOWEST, pause * 1.5) : FASTEST;
  latest = now;
  return pause;
}

/** What is not a part of the story but of the answer, or of the limits. */
function note(event) {
  if (event.type === "submitted") {
    timeLimit = event.time_limit;
  } else if (event.type === "evidence_gathered") {
    citations = event.citations;
  } else if (event.type === "claim_checked") {
    claims.push(event);
  }
}

function showStatus(task) {
  document.title = `${task.state} - rlm`;
  show("state", task.state);
  show("question", task.question);
  show("phase", task.ended_at === null ? `${task.phase}, ${task.sub_calls_waiting} sub-calls waiting` : "");
  const route = task.route === null ? "" : task.route.kind === "direct" ? "directly" : `by code, depth ${task.route.depth}`;
  facts({
    Task: task.task_id,
    "Root model": task.root_model,
    "Sub-model": task.sub_model,
    Answered: route,
    "Follows up": task.follows.join(", "),
    Tokens: `${count(task.tokens.input)} in, ${count(task.tokens.output)} out, ${count(task.tokens.cached)} cached`,
    Cost: task.cost_usd === null ? "not known" : `${task.cost_usd} USD`,
  });
  const end = task.ended_at === null ? Date.now() : Date.parse(task.ended_at);
  const seconds = task.started_at === null ? 0 : Math.max(0, Math.round((end - Date.parse(task.started_at)) / 1_000));
  bar("Turns", task.turn, task.max_turns);
  bar("Sub-calls", task.sub_calls, task.max_sub_calls);
  bar("Seconds", seconds, timeLimit);
  if (task.max_cost_usd !== null) {
    bar("USD", task.cost_usd ?? 0, task.max_cost_usd);
  }
}

function facts(all) {
  const shown = Object.entries(all).filter(([, value]) => value !== "");
  const text = JSON.stringify(shown);
  // What has not changed stays, with what a reader has selected of it.
  if (factsShown !== text) {
    factsShown = text;
    at("facts").replaceChildren(...shown.flatMap(([name, value]) => [element("dt", "", name), element("dd", "", value)]));
  }
}

/** A bar of the budget: how much of a limit is used. */
function bar(name, used, most) {
  const place = `budget-${name}`;
  if (at(place) === null) {
    const made = element("label", "", name, element("progress", ""), element("span", "aside"));
    made.id = place;
    at("budget").append(made);
  }
  const [progress, words] = at(place).children;
  progress.max = Math.max(most, 1e-9);
  progress.value = used;
  const left = Math.max(0, Number((most - used).toFixed(6)));
  words.textContent = `${count(used)} of ${count(most)}, ${count(left)} left`;
}

function showDraft(writing) {
  at("draft").hidden = writing === null;
  if (writing !== null) {
    show("draft-title", `Turn ${writing.turn}: the root model is writing ${writing.kind}, ${count(writing.characters)} characters so far`);
    show("draft-text", (writing.end.length < writing.characters ? "…" : "") + writing.end);
  }
}

function showAnswer(task, end) {
  at("answer").hidden = false;
  show("answer-text", task.answer ?? "There is none.");
  toBeContinued(end, task);
  show("reason", [task.origin, task.reason].filter(Boolean).join(" "));
  const coverage = task.coverage;
  const percent = share => `${(100 * share).toFixed(1)} %`;
  const held = [];
  if (coverage !== null) {
    held.push(
      element(
        "p",
        "aside",
        `Of ${count(coverage.characters)} characters, sub-models read ${percent(coverage.read_by_sub_models)}, the root model`
          + ` saw ${percent(coverage.seen_by_root)}, searches went through ${percent(coverage.searched)}.`,
      ),
      element("p", "", coverage.note),
    );
  }
  held.push(...list("Evidence", citations.map(cited => citation(cited))));
  held.push(element("p", "", task.verification?.note));
  held.push(
    ...list(
      "Claims",
      claims.map(claim => [`${claim.verdict}: ${claim.claim}`, element("p", "aside", claim.reason), ...citation(claim.citation)]),
    ),
  );
  at("evidence").replaceChildren(...held);
}

function toBeContinued(end, task) {
  answerEnd = end;
  at("rest").hidden = end >= task.answer_characters;
}

function list(title, items) {
  return items.length === 0 ? [] : [element("h3", "", title), element("ol", "", ...items.map(item => element("li", "", ...item)))];
}

at("rest").addEventListener("click", async () => {
  const answer = await ask(`${api}/${encodeURIComponent(id)}?after=${after}&answer_offset=${answerEnd}`);
  if (answer.json) {
    at("answer-text").append(answer.json.task.answer ?? "");
    toBeContinued(answer.json.answer_end, answer.json.task);
  } else {
    show("notice", answer.sentence);
  }
});

at("sign-in").addEventListener("submit", event => {
  event.preventDefault();
  const key = at("key").value.trim();
  at("key").value = "";
  if (/^[\x21-\x7e]+$/.test(key)) {
    sessionStorage.setItem(KEY, key);
    look();
  } else {
    show("notice", "This is no key: it has characters that no key or token has.");
  }
});

at("forget").addEventListener("click", () => {
  sessionStorage.removeItem(KEY);
  clearTimeout(timer);
  location.reload();
});

at("open").addEventListener("submit", event => {
  event.preventDefault();
  location.assign(encodeURIComponent(at("id").value.trim()));
});

look();
