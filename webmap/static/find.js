"use strict";
/* Suggestions under the search box, after the ARIA 1.2 combobox: the box keeps the focus, arrows walk the list, Enter takes, Escape
   closes. Without this script the form works just the same, by way of a page of choices. */
for (const box of document.querySelectorAll("input[data-suggest]")) {
  const make = (tag, attributes, text) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text) made.textContent = text;
    return made;
  };
  const list = make("ul", { id: box.id + "-list", role: "listbox", "aria-label": "Places", hidden: "" });
  const said = make("p", { role: "status", class: "unseen" });
  box.after(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": list.id })) box.setAttribute(name, value);

  let timer, asking, at = -1;

  function close() {
    clearTimeout(timer);
    if (asking) asking.abort();
    list.hidden = true;
    at = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function point(to) {
    at = to;
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function unpin() {
    for (const old of box.form.querySelectorAll('input[name="spot"]')) old.remove();
  }

  function take(match) {
    box.value = match.label;
    unpin();
    box.form.append(make("input", { type: "hidden", name: "spot", value: match.lon + "," + match.lat }));
    close();
    box.form.requestSubmit();
  }

  function show(found) {
    list.replaceChildren(...found.matches.map((match, index) => {
      const row = make("li", { role: "option", id: list.id + index, "aria-selected": "false" }, match.label);
      const sort = ["parish", "division", "ljc", "lad"].includes(match.kind) ? [] : [match.kind.replaceAll("_", " ")];
      row.append(make("span", {}, sort.concat(match.in_county ? [] : ["outside the county"]).join(", ")));
      row.addEventListener("mousedown", (event) => event.preventDefault());
      row.addEventListener("click", () => take(match));
      row.match = match;
      return row;
    }));
    list.hidden = !found.matches.length;
    at = -1;
    box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-expanded", String(!list.hidden));
    const count = found.matches.length;
    said.textContent = count ? count + (count === 1 ? " place" : " places") + ", arrow down to choose" : "No place found";
  }

  async function ask() {
    if (asking) asking.abort();
    asking = new AbortController();
    const url = new URL(box.dataset.suggest, location.href);
    url.searchParams.set("q", box.value.trim());
    try {
      const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
      else close();
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  box.addEventListener("input", () => {
    unpin();
    clearTimeout(timer);
    if (box.value.trim().length < 2) return close();
    timer = setTimeout(ask, 120);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const rows = list.children.length;
    if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter" && at >= 0) take(list.children[at].match);
    else if (event.key === "ArrowDown" && list.hidden && box.value.trim().length > 1) ask();
    else if (event.key === "ArrowDown" && !list.hidden) point(at + 1 < rows ? at + 1 : -1);
    else if (event.key === "ArrowUp" && !list.hidden) point(at < 0 ? rows - 1 : at - 1);
    else return;
    event.preventDefault();
  });
}
