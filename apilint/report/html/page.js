// --- what is shown

const form = $("filters");
const search = $("search");
const results = $("results");
const choices = (name) => [...form.querySelectorAll('input[name="' + name + '"]')];
const chosen = (name) => new Set(choices(name).filter((box) => box.checked).map((box) => Number(box.value)));
const selected = (name) => (form.elements[name] ? form.elements[name].value : "");
const opened = new Map(); // what someone opened or closed, by view and group

// The lists are long, and the data has them already.
for (const select of form.querySelectorAll("select[data-list]")) {
  const names = data[select.dataset.list].map((entry, index) => [Array.isArray(entry) ? entry[0] : entry, index]);
  names.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [name, index] of names) select.append(new Option(name || "none", index));
}

function filters() {
  const severities = chosen("severity");
  const confidences = chosen("confidence");
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const [rule, file, api, suppressed, state, fixable] =
    ["rule", "file", "api", "suppressed", "state", "fixable"].map(selected);
  const others = (one) =>
    (rule === "" || one.rule === Number(rule)) &&
    (file === "" || one.file === Number(file)) &&
    (api === "" || one.api === Number(api) || (one.rest.a || []).includes(Number(api))) &&
    (suppressed === "" || !!one.rest.s === (suppressed === "yes")) &&
    (state === "" || one.rest.t === state) &&
    (fixable === "" || !!one.rest.f === (fixable === "yes")) &&
    (!words.length || words.every((word) => haystack(one).includes(word)));
  return { severities, confidences, others };
}

function haystack(one) {
  if (!one.text) {
    const [rule, summary] = data.rules[one.rule];
    const where = place(one.file, one.line, one.column);
    const parts = [one.message, rule, summary, where, one.pointer, one.operation, one.anchor, data.apis[one.api]];
    if (one.rest.s) parts.push("suppressed", ...one.rest.s);
    if (one.rest.o !== undefined) parts.push(data.owners[one.rest.o]);
    one.text = parts.join("\n").toLowerCase();
  }
  return one.text;
}

// The findings that pass; beside each severity and confidence, how many it has of those that pass all else.
function passing() {
  const { severities, confidences, others } = filters();
  const bySeverity = new Array(5).fill(0);
  const byConfidence = new Array(3).fill(0);
  const found = findings.filter((one) => {
    if (!others(one)) return false;
    const severe = !severities.size || severities.has(one.severity);
    const sure = !confidences.size || confidences.has(one.confidence);
    if (sure) bySeverity[one.severity]++;
    if (severe) byConfidence[one.confidence]++;
    return severe && sure;
  });
  const beside = (box) => box.nextElementSibling.querySelector(".figure");
  for (const box of choices("severity")) beside(box).textContent = number(bySeverity[box.value]);
  for (const box of choices("confidence")) beside(box).textContent = number(byConfidence[box.value]);
  return found;
}

const views = {
  rule: (one) => data.rules[one.rule][0],
  operation: (one) =>
    (data.apis.length > 1 ? data.apis[one.api] + " · " : "") + (one.operation || "Shared by operations, or the whole API"),
  file: (one) => data.files[one.file],
};

function grouped(found, view) {
  const groups = new Map();
  for (const one of found) {
    const key = views[view](one);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(one);
  }
  const sorted = [...groups].map(([key, members]) => [key, members.sort(gravest)]);
  return sorted.sort(([, a], [, b]) =>
    !!a[0].rest.s - !!b[0].rest.s || b[0].severity - a[0].severity || b.length - a.length || a[0].index - b[0].index);
}

function tally(members) {
  const counts = new Array(5).fill(0);
  for (const one of members) counts[one.severity]++;
  const parts = [4, 3, 2, 1, 0].filter((severity) => counts[severity]).map((severity) =>
    make("span", "count " + SEVERITIES[severity], number(counts[severity]) + " " + SEVERITIES[severity]));
  return make("span", "tally", ...parts);
}

function groupOf(view, key, members, open) {
  const title = make("h3", view === "rule" ? "code" : "", key);
  const summary = make("summary", "", title, tally(members));
  if (view === "rule") summary.append(make("span", "what", data.rules[members[0].rule][1]));
  const group = make("details", "group", summary);
  summary.addEventListener("click", () => opened.set(view + "\n" + key, !group.open));
  group.addEventListener("toggle", () => group.open && rows(group, members));
  if (open) {
    rows(group, members);
    group.open = true;
  }
  return group;
}

// Show the first `upTo` rows of a group at least, and a button for more.
function rows(group, members, upTo = AT_ONCE) {
  const list = group.querySelector("ol") || group.appendChild(make("ol", "findings"));
  const done = list.children.length;
  if (done >= Math.min(upTo, members.length)) return;
  list.append(...members.slice(done, upTo).map(rowOf));
  group.querySelector(":scope > .more")?.remove();
  const left = members.length - upTo;
  if (left <= 0) return;
  const next = number(Math.min(AT_ONCE, left));
  const more = make("button", "more", "Show " + next + " more of the " + number(left) + " left");
  more.type = "button";
  more.addEventListener("click", () => {
    rows(group, members, upTo + AT_ONCE);
    list.children[upTo].querySelector("summary").focus();
  });
  group.append(more);
}

let groups = [];

function show(everything) {
  const found = passing();
  const view = selected("group");
  const few = findings.length <= UNFOLDED;
  let room = OPENED;
  results.className = "by-" + view;
  groups = grouped(found, view).map(([key, members]) => {
    const wish = opened.get(view + "\n" + key);
    const open = everything || (wish === undefined ? room === OPENED || room >= members.length : wish);
    if (open) room -= members.length;
    return { element: groupOf(view, key, members, open), members };
  });
  if (few) found.forEach(unfold);
  results.replaceChildren(...groups.map((group) => group.element));
  const all = findings.length;
  $("count").textContent = (found.length === all ? "" : number(found.length) + " of ") + count(all, "finding");
  $("nothing").hidden = found.length > 0 || !all;
  $("clear").hidden = found.length === all;
}

function clear() {
  const view = selected("group");
  form.reset();
  choices("group").forEach((choice) => (choice.checked = choice.value === view));
  show();
}

// --- places in the page

function reveal(id) {
  const finding = byAnchor.get(id);
  if (finding) {
    if (!passing().includes(finding)) clear();
    const group = groups.find((one) => one.members.includes(finding));
    if (!finding.row || !group.element.contains(finding.row)) rows(group.element, group.members, group.members.length);
    group.element.open = true;
    unfold(finding);
    arrive(finding.row, finding.row.querySelector("summary"));
  } else if (id.startsWith("rule:")) {
    const rule = document.getElementById(id);
    if (!rule) return;
    rule.open = true;
    arrive(rule, rule.querySelector("summary"));
  }
}

function arrive(element, focus) {
  element.scrollIntoView({ block: "start" });
  focus.focus({ preventScroll: true });
}

function follow() {
  let id = location.hash.slice(1);
  try {
    id = decodeURIComponent(id);
  } catch {
    // not an address of ours
  }
  if (id) reveal(id);
}

// --- printing: all that passes the filters, unfolded

let folded = null;

function unfoldAll() {
  if (folded) return;
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const group of groups) {
    rows(group.element, group.members, group.members.length);
    group.members.forEach((one) => {
      if (!one.row.firstChild.open) folded.push(one.row.firstChild);
      unfold(one);
    });
  }
  document.querySelectorAll("details").forEach((details) => (details.open = true));
}

function foldAgain() {
  (folded || []).forEach((details) => (details.open = false));
  folded = null;
}

// --- events

let waiting = 0;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => show());
});
$("clear").addEventListener("click", () => {
  clear();
  search.focus();
});
$("open-all").addEventListener("click", () => {
  groups.forEach((group) => {
    rows(group.element, group.members);
    group.element.open = true;
  });
});
$("close-all").addEventListener("click", () => {
  results.querySelectorAll("details[open]").forEach((details) => (details.open = false));
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    $("panel").open = true;
    search.focus();
    search.select();
  } else if (event.key === "Escape" && search.value) {
    event.preventDefault();
    search.value = "";
    show();
  }
});
addEventListener("hashchange", follow);
// When all is loaded the browser goes to the anchor by itself, and takes the focus away.
addEventListener("load", () => requestAnimationFrame(() => setTimeout(follow)));
addEventListener("beforeprint", unfoldAll);
addEventListener("afterprint", foldAgain);
matchMedia("print").addEventListener("change", (event) => (event.matches ? unfoldAll() : foldAgain()));

if (matchMedia("(max-width: 60rem)").matches) $("panel").open = false;
document.querySelectorAll("[data-script]").forEach((element) => (element.hidden = false));
show();
follow();
setTimeout(() => findings.forEach(haystack), 300); // so that the first search is as quick as the others
