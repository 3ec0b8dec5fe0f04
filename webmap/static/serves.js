"use strict";
/* Where one would go: parishes found by part of their names, and maps that are fetched only once somebody wants to draw or to look. */
for (const part of document.querySelectorAll(".serves")) {
  const radios = [...part.querySelectorAll("[name=serves]")];
  const sources = part.dataset.serves ? JSON.parse(part.dataset.serves) : null;
  let files;

  function loaded(tag, options) {
    return new Promise((done, failed) => {
      document.head.append(Object.assign(document.createElement(tag), { ...options, onload: done, onerror: failed }));
    });
  }

  async function fetchFiles() {
    await Promise.all(sources.styles.map((href) => loaded("link", { rel: "stylesheet", href })));
    for (const src of sources.scripts) await loaded("script", { src });
  }

  function files_() {
    files = files || fetchFiles().catch((error) => { files = undefined; throw error; });
    return files;
  }

  function says(box) {
    const said = box.querySelector("[data-said]");
    return (words, wrong) => {
      said.textContent = words;
      said.classList.toggle("wrong-said", Boolean(wrong));
    };
  }

  /* parishes */
  const many = part.querySelector(".many"), search = part.querySelector("[data-search]"), chosen = part.querySelector("[data-chosen]");
  const ticks = [...many.querySelectorAll("label")];
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f’']/g, "").toLowerCase();
  const found = Object.assign(document.createElement("p"), { className: "small" });
  found.setAttribute("role", "status");
  search.append(found);
  search.hidden = false;

  function filter(field) {
    const wanted = plain(field.value.trim());
    const left = ticks.filter((each) => {
      each.hidden = !plain(each.textContent).includes(wanted);
      return !each.hidden;
    });
    found.textContent = wanted ? (left.length ? left.length + (left.length === 1 ? " parish" : " parishes") + " of this name" : "No parish of this name") : "";
  }

  function tell() {
    const names = ticks.filter((each) => each.firstElementChild.checked).map((each) => each.textContent.trim());
    chosen.textContent = names.length ? "Chosen: " + names.join(", ") : "";
  }

  const field = search.querySelector("input");
  field.addEventListener("input", (event) => { event.stopPropagation(); filter(field); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Escape") { field.value = ""; filter(field); }
  });
  many.addEventListener("change", tell);
  tell();

  /* maps */
  async function opened(box, act) {
    const say = says(box);
    try {
      say("Fetching the map…");
      await files_();
      await act(say);
      return true;
    } catch (error) {
      console.warn(error);
      say("The map could not be fetched. Try again, or choose another way.", true);
      return false;
    }
  }

  const drawing = part.querySelector("[data-draw]"), reach = part.querySelector("[data-reach]");
  if (drawing) {
    const start = drawing.querySelector("[data-do=draw]"), text = part.querySelector("#serves_area");
    const begin = async (focus) => {
      start.closest("p").hidden = true;
      drawing.querySelector(".drawing").hidden = false;
      start.closest("p").hidden = await opened(drawing, (say) => window.geomatchDraw(drawing, sources, text, say, focus));
    };
    drawing.hidden = false;
    start.addEventListener("click", () => begin(true));
    if (text.value && radios.some((each) => each.checked && each.value === "area")) begin(false);
  }
  if (reach) {
    reach.hidden = false;
    reach.querySelector("[data-do=reach]").addEventListener("click", () =>
      opened(reach, (say) => window.geomatchReach(reach, sources, part.closest("form"), say)));
  }
}
