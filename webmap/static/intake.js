"use strict";
/* While a form is typed: how many could meet the need, and what may be there already. Without this script the button "Count" says
   the same. What to mend takes the focus, so that a reader hears it first. */
for (const box of document.querySelectorAll("[data-focus]")) box.focus();

for (const form of document.querySelectorAll("form[data-count]")) {
  const count = form.querySelector("[data-told=count]");
  const alike = form.querySelector("[data-told=alike]");
  const ignore = alike.querySelector("[data-ignore]"), others = new Set();
  let timer, asking, last, seen = "";

  /* what somebody said is another one is not pointed out again, and the server is told so; the same is not read out twice */
  function show(told) {
    if (count.textContent !== told.count) count.textContent = told.count;
    const left = told.alike.filter((row) => !others.has(row.ref)), text = JSON.stringify(left);
    if (text === seen) return;
    seen = text;
    alike.hidden = !left.length;
    ignore.hidden = false;
    ignore.textContent = left.length === 1 ? "It is another one" : "It is none of these";
    ignore.onclick = () => {
      for (const row of left) {
        others.add(row.ref);
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "other", value: row.ref }));
      }
      show({ count: count.textContent, alike: [] });
      form.querySelector("#title, #name").focus();
    };
    alike.querySelector("ul").replaceChildren(...left.map((row) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: row.href, target: "_blank", rel: "noopener", textContent: row.name });
      link.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: " (opens a new tab)" }));
      item.append(link, row.far ? ", " + row.far : "");
      return item;
    }));
  }

  async function ask() {
    const typed = new FormData(form);
    const text = new URLSearchParams(typed).toString();
    if (text === last) return;
    last = text;
    if (asking) asking.abort();
    asking = new AbortController();
    const waiting = setTimeout(() => { count.textContent = "Counting…"; }, 1500);
    try {
      const answer = await fetch(form.dataset.count, { method: "POST", body: typed, signal: asking.signal });
      if (answer.ok) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") last = undefined;
    } finally {
      clearTimeout(waiting);
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 500);
  });
}
