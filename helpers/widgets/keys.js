// What a key does on a page where JupyterLab has commands on plain letters and arrows: pressed on a
// button or a slider of the course, "dd" would delete the cell, and an arrow leave for another one.
// So the page doesn't hear of such keys. It still hears those with Ctrl, Alt or Cmd, Shift-Enter,
// which runs the cell, and Escape. `this` is the course's style element.
this.closest(".course").addEventListener("keydown", event => {
  const command = event.ctrlKey || event.altKey || event.metaKey || event.key === "Escape";
  if (!command && !(event.shiftKey && event.key === "Enter")) event.stopPropagation();
});

// What a text or a cell draws on white would be a glaring block on a dark page. JupyterLab takes a
// widget's style away with it when it leaves the screen, so this one stands in the head.
this.closest(".jp-Notebook")?.classList.add("course-notebook");
if (!document.head.querySelector(".course-dark")) {
  const dark = document.createElement("style");
  dark.className = "course-dark";
  dark.textContent = `[data-jp-theme-light="false"] .course-notebook .jp-RenderedHTMLCommon img {
    filter: invert(0.93) hue-rotate(180deg);
  }`;
  document.head.append(dark);
}
