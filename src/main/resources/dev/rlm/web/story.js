// What has happened in a task, as a list that grows with its events.
//
// Most of it was written by models and documents. All of it becomes text nodes; nothing is ever read as markup.

const SHORT = 100;

/** An element; texts among what it holds become text nodes. */
export function element(name, className, ...held) {
  const made = document.createElement(name);
  if (className !== "") {
    made.className = className;
  }
  made.append(...held.filter(each => each !== null && each !== undefined && each !== ""));
  return made;
}

/** A number as people read it. */
export function count(number) {
  return Number(number).toLocaleString("en", { maximumFractionDigits: 6 });
}

function seconds(number) {
  return `${Number(number).toLocaleString("en", { maximumFractionDigits: 1 })} s`;
}

function oneLine(text) {
  const line = text.trim().replace(/\s+/g, " ");
  const start = [...line.slice(0, 2 * SHORT)].slice(0, SHORT).join("");
  return start.length < line.length ? start + "…" : line;
}

/** A citation with its place. */
export function citation(cited) {
  const lines = cited.last_line > cited.line ? `${cited.line}-${cited.last_line}` : cited.line;
  return [`${cited.document}:${lines}`, element("pre", "", cited.quote + (cited.cut ? "…" : ""))];
}

function folded(summary, ...held) {
  return element("details", "", element("summary", "", summary), ...held);
}

function aside(text) {
  return element("p", "aside", text);
}

function cost(of) {
  if (!of) {
    return null;
  }
  const usd = of.usd === null ? "" : `, ${of.usd} USD`;
  return aside(`${of.model}: ${count(of.input_tokens)} tokens in, ${count(of.output_tokens)} out, ${seconds(of.latency)}${usd}`);
}

/** The calls of one kind that a cell makes, folded up. */
class Calls {
  #list = element("ol", "");
  #summary = element("summary", "");
  #name;
  #asked = 0;
  #ended = 0;
  #failed = 0;

  constructor(name, place) {
    this.#name = name;
    place.append(element("details", "", this.#summary, this.#list));
  }

  asked(more) {
    this.#asked += more;
    this.#tell();
  }

  ended(failed, ...held) {
    this.#ended++;
    this.#failed += failed ? 1 : 0;
    this.#list.append(element("li", "", ...held));
    this.#tell();
  }

  refused(prompts) {
    this.#ended += prompts;
    this.#failed += prompts;
    this.#list.append(element("li", "failed", `${count(prompts)} were refused: a limit is reached.`));
    this.#tell();
  }

  #tell() {
    const of = this.#asked > this.#ended ? ` of ${count(this.#asked)}` : "";
    const failed = this.#failed > 0 ? `, ${count(this.#failed)} failed` : "";
    this.#summary.textContent = `${this.#name}: ${count(this.#ended)}${of}${failed}`;
  }
}

/** A cell: its code, what it asks for, its output. */
class Cell {
  #calls = new Map();
  #number;
  place;

  constructor(number, place) {
    this.#number = number;
    this.place = place;
  }

  started(code, inReply) {
    const whole = element("details", "", element("summary", "", `Code of cell ${this.#number}`), element("pre", "code", code));
    // What the reply above shows already need not be shown twice.
    whole.open = !inReply;
    this.place.append(whole);
  }

  calls(name) {
    if (!this.#calls.has(name)) {
      this.#calls.set(name, new Calls(name, this.place));
    }
    return this.#calls.get(name);
  }
}

/** The question itself, or a child: its turns and cells. */
class Scope {
  #cells = new Map();
  #level;
  #turn;
  list;
  reply = "";

  constructor(list, level) {
    this.list = list;
    this.#level = level;
    this.#turn = null;
  }

  get level() {
    return this.#level;
  }

  /** A part of its own. */
  note(...held) {
    this.list.append(element("li", "", ...held));
  }

  beginTurn(number) {
    this.#turn = element("li", "", element(`h${Math.min(6, 3 + this.#level)}`, "", `Turn ${number}`));
    this.list.append(this.#turn);
  }

  /** A part of the turn under way. */
  tell(...held) {
    if (this.#turn === null) {
      this.note(...held);
    } else {
      this.#turn.append(...held.filter(each => each !== null));
    }
  }

  cell(number) {
    if (!this.#cells.has(number)) {
      const place = element("div", "");
      this.tell(place);
      this.#cells.set(number, new Cell(number, place));
    }
    return this.#cells.get(number);
  }
}

/** The story of a task. */
export class Story {
  #scopes = new Map();
  #children = new Map();

  constructor(list) {
    this.#scopes.set("", new Scope(list, 0));
  }

  /** Tells an event; those of unknown types tell nothing. */
  add(event) {
    const tell = Object.hasOwn(TELLERS, event.type) ? TELLERS[event.type] : null;
    if (tell !== null) {
      tell(event, this.#scope(event.child ?? ""), this);
    }
  }

  #scope(child) {
    return this.#scopes.get(child) ?? this.#scopes.get("");
  }

  beginChild(event, parent) {
    const list = element("ol", "story");
    const details = folded(
      `Child, over ${count(event.characters)} characters: ${oneLine(event.question)}`,
      element("pre", "", event.question),
      list,
    );
    details.open = true;
    parent.cell(event.cell).place.append(details);
    this.#scopes.set(event.of, new Scope(list, parent.level + 1));
    this.#children.set(event.of, details);
  }

  endChild(event) {
    const failed = event.status === "failed";
    this.#children
      .get(event.of)
      ?.append(
        element("p", failed ? "failed" : "aside", `The child ended: ${event.status}`),
        event.text === null ? aside(event.reason ?? "") : element("pre", "", event.text),
      );
  }
}

function prompt(event) {
  return [
    aside(`Prompt, ${count(event.prompt_characters)} characters`),
    element("pre", "", event.prompt_start + (event.prompt_start.length < event.prompt_characters ? "…" : "")),
  ];
}

function values(value) {
  return value ? element("pre", "", value.text) : null;
}

const TELLERS = {
  resumed: (_, scope) => scope.note("Taken up again, because whoever ran it had stopped."),
  routed: (event, scope) =>
    scope.note(event.route === "direct" ? "To be answered directly. " : `To be answered by code, depth ${event.depth}. `, event.reason),
  direct_replied: (event, scope) => scope.note("The root model read it all.", element("pre", "", event.text), cost(event.cost)),
  turn_started: (event, scope) => scope.beginTurn(event.turn),
  root_replied: (event, scope) => {
    scope.reply = event.text;
    scope.tell(event.text === "" ? null : element("pre", "", event.text), cost(event.cost));
  },
  cell_started: (event, scope) => scope.cell(event.cell).started(event.code, scope.reply.includes(event.code.trim())),
  sub_calls_started: (event, scope) => scope.cell(event.cell).calls("Sub-calls").asked(event.prompts),
  sub_calls_refused: (event, scope) => scope.cell(event.cell).calls("Sub-calls").refused(event.prompts),
  sub_call_ended: (event, scope) =>
    scope.cell(event.cell).calls("Sub-calls").ended(
      event.failure !== null,
      folded(
        oneLine(event.prompt_start),
        ...prompt(event),
        event.reply === null ? null : aside("Reply"),
        event.reply === null ? null : element("pre", "", event.reply),
        event.failure === null ? null : element("p", "failed", event.failure),
        cost(event.cost),
      ),
      aside(event.reply === null ? "failed" : oneLine(event.reply)),
    ),
  sub_call_reused: (event, scope) =>
    scope.cell(event.cell).calls("Sub-calls").ended(
      false,
      folded(oneLine(event.prompt_start), ...prompt(event), aside("Reply of an equal sub-call"), element("pre", "", event.reply)),
      aside(oneLine(event.reply)),
    ),
  child_started: (event, scope, story) => story.beginChild(event, scope),
  child_ended: (event, _, story) => story.endChild(event),
  function_called: (event, scope) =>
    scope.cell(event.cell).calls("Function calls").ended(
      event.failure !== null,
      folded(
        event.function,
        element("pre", "", event.arguments),
        event.result === null ? element("p", "failed", event.failure ?? "") : element("pre", "", event.result),
      ),
    ),
  published: (event, scope) =>
    scope.cell(event.cell).place.append(aside("Published"), values(event.value) ?? element("p", "failed", event.refusal ?? "")),
  compacted: (event, scope) =>
    scope.note(folded(`Older turns gave way to a summary; ${event.kept} stay.`, element("pre", "", event.summary)), cost(event.cost)),
  cell_ended: (event, scope) => {
    const status = event.status === "OK" ? "" : ` (${event.status})`;
    scope.cell(event.cell).place.append(
      ...[
        aside(`Output${status}, ${count(event.output_characters)} characters, ${seconds(event.active)}`),
        event.output === "" ? null : element("pre", event.status === "OK" ? "" : "failed", event.output),
        event.value ? aside("Handed over") : null,
        values(event.value),
      ].filter(each => each !== null),
    );
  },
  cell_observed: (event, scope) =>
    event.citations.length === 0 ||
    scope.cell(event.cell).place.append(
      folded(`Cited: ${count(event.citations.length)}`, ...event.citations.flatMap(citation)),
    ),
  last_replied: (event, scope) =>
    scope.note("The root model, asked for the best value:", element("pre", "", event.text), cost(event.cost)),
  cancel_requested: (_, scope) => scope.note("It is to be cancelled."),
  finished: (event, scope) => scope.note(`Ended: ${event.status}.`),
};
