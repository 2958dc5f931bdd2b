"use strict";
// The findings, and how each of them is shown. `page.js` says which of them are.

const SEVERITIES = ["info", "low", "medium", "high", "critical"];
const CONFIDENCES = ["low", "medium", "high"];
const AT_ONCE = 100; // rows of a group that are shown before one asks for more
const OPENED = 40; // rows up to which groups are open by themselves
const UNFOLDED = 12; // findings up to which each is unfolded by itself
const AROUND = 2; // lines before and after the place of a finding
const $ = (id) => document.getElementById("ui:" + id);
const number = (value) => value.toLocaleString("en-US");
const count = (value, noun) => number(value) + " " + noun + (value === 1 ? "" : "s");

// --- data: the other half of data.py

const data = JSON.parse($("data").textContent);

function joined(before, last, start, end, rest) {
  return before.slice(0, start) + rest + (end ? last.slice(-end) : "");
}

let before = ["", ""];
const last = new Map();
const findings = data.rows.map((row, index) => {
  const [rule, level, anchor, ms, me, mt, ps, pe, pt, line, column, length, ...more] = row;
  const [operation, operations, file, api, rest] = more;
  const [lastMessage, lastPointer] = last.get(rule) || ["", ""];
  const message = joined(before[0], lastMessage, ms, me, mt);
  const pointer = joined(before[1], lastPointer, ps, pe, pt);
  before = [message, pointer];
  last.set(rule, before);
  return {
    index, rule, anchor, message, pointer, line, column, length,
    severity: Math.floor(level / 3), confidence: level % 3,
    operation: operation ? data.operations[operation - 1] : "", operations: operations || 0,
    file: file || 0, api: api || 0, rest: rest || {}, text: "", row: null,
  };
});
const byAnchor = new Map(findings.map((finding) => [finding.anchor, finding]));
const lines = data.lines.map((runs) => {
  const known = new Map();
  for (const [first, ...texts] of runs) texts.forEach((text, at) => known.set(first + at, data.texts[text]));
  return known;
});
const gravest = (a, b) =>
  !!a.rest.s - !!b.rest.s || b.severity - a.severity || b.confidence - a.confidence || a.index - b.index;

// --- building elements: text is only ever text

function make(tag, looks, ...children) {
  const element = document.createElement(tag);
  if (looks) element.className = looks;
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function linked(address, ...children) {
  const link = make("a", "", ...children);
  link.href = address;
  return link;
}

// Text in which `backticks` mark what is code.
function prose(tag, looks, text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return make(tag, looks, text);
  return make(tag, looks, ...parts.map((part, at) => (at % 2 && part ? make("code", "", part) : part)));
}

const place = (file, line, column) => data.files[file] + ":" + line + ":" + column;
const badge = (severity) => make("span", "badge " + SEVERITIES[severity], SEVERITIES[severity]);

// --- one finding

function rowOf(finding) {
  if (finding.row) return finding.row;
  const { rest } = finding;
  const under = make(
    "span", "under",
    make("span", "place", place(finding.file, finding.line, finding.column)),
    make("span", "by-rule", data.rules[finding.rule][0]),
    make("span", "", CONFIDENCES[finding.confidence] + " confidence"),
    rest.s ? make("span", "tag", "suppressed: " + rest.s[0]) : null,
    rest.t ? make("span", "tag", rest.t) : null,
    rest.f ? make("span", "tag", "fixable") : null,
  );
  const summary = make("summary", "", badge(finding.severity), prose("span", "message", finding.message), under);
  const details = make("details", "finding", summary);
  details.addEventListener("toggle", () => details.open && fill(finding, details));
  finding.row = make("li", rest.s ? "suppressed" : "", details);
  finding.row.id = finding.anchor;
  return finding.row;
}

function unfold(finding) {
  const details = rowOf(finding).firstChild;
  fill(finding, details);
  details.open = true;
}

function fill(finding, details) {
  if (details.children.length > 1) return;
  const { rest } = finding;
  const [rule, , toFix] = data.rules[finding.rule];
  details.append(
    make(
      "div", "body",
      ...frames(finding),
      toFix || rest.f ? make("h4", "", "To fix") : null,
      toFix ? prose("p", "", toFix) : null,
      ...(rest.f ? fix(rest.f) : []),
      ...(rest.c ? chain(rest.c, finding) : []),
      facts(finding, rule),
    ),
  );
}

// The lines that a finding is about: those of its own place, then of related ones, file by file.
function frames(finding) {
  const marks = new Map([[finding.file, [{ ...finding, label: "", own: finding.rest.m, primary: true }]]]);
  for (const [file, line, column, length, label, own] of finding.rest.r || []) {
    if (!marks.has(file)) marks.set(file, []);
    marks.get(file).push({ file, line, column, length, label, own, primary: false });
  }
  return [...marks.values()].map((places) => {
    const [first] = places;
    const caption = make("figcaption", "", place(first.file, first.line, first.column));
    return make("figure", "frame", caption, ...drawn(first.file, places));
  });
}

function drawn(file, places) {
  const known = lines[file] || new Map();
  const numbers = new Set();
  for (const one of places) {
    const around = one.primary ? AROUND : 0;
    for (let at = one.line - around; at <= one.line + around; at++) {
      if (at === one.line || (known.get(at) || "").trim()) numbers.add(at);
    }
  }
  const sorted = [...numbers].sort((a, b) => a - b);
  const texts = sorted.map((at) => known.get(at) || "").filter((text) => text.trim());
  // What all lines are indented by is left out: room is scarce.
  const indent = Math.min(...texts.map((text) => text.length - text.trimStart().length), 200);
  const rows = [];
  sorted.forEach((at, index) => {
    if (index && at > sorted[index - 1] + 1) rows.push(make("div", "gap", "⋯"));
    const here = places.filter((one) => one.line === at);
    if (known.get(at)) rows.push(coded(at, known.get(at), here, indent));
    for (const one of here.filter((other) => other.label)) {
      const where = known.get(at) ? "" : " (" + place(file, at, one.column) + ")";
      rows.push(prose("div", "note", one.label + where));
    }
  });
  return rows;
}

function coded(at, text, here, indent) {
  const line = make("span", "line");
  const mark = here.find((one) => one.primary) || here[0];
  if (mark) {
    const start = Math.min(mark.column - 1, text.length);
    const end = mark.length ? start + mark.length : text.length;
    const parts = mark.own || [text.slice(0, start), text.slice(start, end), text.slice(end)];
    const before = parts[0].slice(0, indent).trim() ? parts[0] : parts[0].slice(indent);
    line.append(before, make("mark", mark.primary ? "primary" : "", parts[1]), parts[2]);
  } else {
    line.append(text.slice(indent));
  }
  return make("div", "row", make("span", "number", String(at)), line);
}

function fix([summary, safe, changes]) {
  const files = changes.map(([file, ...rows]) =>
    make(
      "figure", "frame diff",
      make("figcaption", "", file),
      ...rows.map((row) => make(row[0] === "+" ? "ins" : row[0] === "-" ? "del" : "div", "", row)),
    ),
  );
  const how = safe ? " (safe: the API accepts and returns what it did)" : " (unsafe: it may change which messages the API accepts or returns)";
  return [make("p", "", make("strong", "", "Fix: "), prose("span", "", summary), how), ...files];
}

function chain(hops, finding) {
  const steps = hops.map((hop) => {
    const [file, line, column, at] = data.hops[hop];
    const text = (lines[file].get(line) || "").trim();
    return make("li", "", make("span", "place", place(file, line, column)), " ", make("code", "", text || at));
  });
  const end = make("li", "", make("span", "place", place(finding.file, finding.line, finding.column)), " this place");
  return [make("h4", "", "References that lead here"), make("ol", "chain", ...steps, end)];
}

function facts(finding, rule) {
  const { rest } = finding;
  const list = make("dl", "facts");
  const fact = (name, ...value) => list.append(make("div", "", make("dt", "", name), make("dd", "", ...value)));
  fact("Severity", SEVERITIES[finding.severity]);
  fact("Confidence", CONFIDENCES[finding.confidence]);
  fact("Rule", document.getElementById("rule:" + rule) ? linked("#rule:" + encodeURIComponent(rule), rule) : rule);
  const reached = finding.operations > 1 ? " (" + count(finding.operations, "operation") + " concerned)" : "";
  if (finding.operation) fact("Operation", finding.operation + reached);
  else if (finding.operations) fact("Operations", "reached from " + count(finding.operations, "operation"));
  fact("Pointer", make("code", "", finding.pointer || "/"));
  const apis = [finding.api, ...(rest.a || [])].map((api) => data.apis[api]).filter(Boolean);
  if (apis.length > 1 || (apis.length && apis[0] !== data.files[finding.file])) {
    fact(apis.length > 1 ? "APIs" : "API", apis.join(", "));
  }
  if (rest.o !== undefined) fact("Owner", data.owners[rest.o]);
  if (rest.t) fact("Against the baseline", rest.t);
  if (rest.s) fact("Suppressed", rest.s[1]);
  const anchor = linked("#" + finding.anchor, finding.anchor);
  anchor.setAttribute("aria-label", "Link to this finding, " + finding.anchor);
  fact("Fingerprint", anchor, " ", copier(anchor));
  return list;
}

function copier(anchor) {
  const button = make("button", "small", "Copy link");
  button.type = "button";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(anchor.href);
      button.textContent = "Copied";
    } catch {
      location.hash = anchor.hash; // then it stands in the address bar
      button.textContent = "See the address bar";
    }
  });
  return button;
}
