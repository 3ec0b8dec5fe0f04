"use strict";
/* While a form is typed: how many could meet the need, and what may be there already. Without this script the button "Count" says
   the same. What to mend takes the focus, so that a reader hears it first. */
for (const box of document.querySelectorAll("[data-focus]")) box.focus();

for (const form of document.querySelectorAll("form[data-count]")) {
  const count = form.querySelector("[data-told=count]");
  const alike = form.querySelector("[data-told=alike]");
  let timer, asking, last;

  function show(told) {
    if (count.textContent !== told.count) count.textContent = told.count;
    alike.hidden = !told.alike.length;
    alike.querySelector("ul").replaceChildren(...told.alike.map((row) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = row.href;
      link.textContent = row.name;
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
