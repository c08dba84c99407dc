// Makes of a text field a paper to draw on. Each sign of the text, from 0 to g, is the ink of a
// square, in 16ths. Mouse, pen and finger draw strokes; arrows lead from square to square, and keys
// give ink there. Where no script runs, the field stays as it is. `this` is the style beside it.
const SIDE = 8, FULL = 16, BASE = FULL + 1, REACH = 1.35; // how far from a stroke its ink ends
const STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const box = this.closest(".course-drawing"), {square} = this.dataset;

const paperFor = input => {
  const grid = document.createElement("div"), cells = [];
  let inks = [], here = 0, pen = null;
  grid.className = "course-paper";
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", box.querySelector("label").textContent);
  for (let y = 0; y < SIDE; y++) {
    const row = grid.appendChild(document.createElement("div"));
    row.setAttribute("role", "row");
    for (let x = 0; x < SIDE; x++) {
      const cell = row.appendChild(document.createElement("span"));
      cell.setAttribute("role", "gridcell");
      cell.tabIndex = cells.push(cell) === 1 ? 0 : -1;
    }
  }

  const show = text => {
    inks = [...text].map(sign => parseInt(sign, BASE));
    cells.forEach((cell, i) => {
      const words = {row: Math.floor(i / SIDE) + 1, column: i % SIDE + 1, ink: inks[i]};
      cell.style.background = `hsl(0 0% ${100 - 100 * inks[i] / FULL}%)`;
      cell.setAttribute("aria-label", square.replace(/{(\w+)}/g, (_, name) => words[name]));
    });
  };
  // the kernel's changes come by the field's value, and no event tells of them
  const {get, set} = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  Object.defineProperty(input, "value", {
    get() { return get.call(this); },
    set(text) { set.call(this, text); show(text); },
  });
  const send = () => {
    const text = inks.map(ink => ink.toString(BASE)).join("");
    if (text === input.value) return;
    input.value = text;
    input.dispatchEvent(new Event("change", {bubbles: true}));
  };

  const rubs = () => Boolean(box.querySelector(".widget-toggle-button.mod-active"));
  const go = i => {
    cells[here].tabIndex = -1;
    here = i;
    cells[here].tabIndex = 0;
    cells[here].focus({preventScroll: true});
  };
  const dab = (x, y) => cells.forEach((_, i) => {
    const away = Math.hypot(x - i % SIDE - 0.5, y - Math.floor(i / SIDE) - 0.5);
    const ink = Math.round(FULL * Math.min(1, Math.max(0, REACH - away)));
    inks[i] = rubs() ? Math.min(inks[i], FULL - ink) : Math.max(inks[i], ink);
  });
  const place = event => {
    const {left, top, width} = grid.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top].map(at => at / width * SIDE);
  };
  const stroke = ([x, y]) => {
    const [fromX, fromY] = pen ?? [x, y], parts = Math.ceil(2 * Math.hypot(x - fromX, y - fromY));
    for (let part = 0; part <= parts; part++) {
      const share = parts ? part / parts : 1;
      dab(fromX + share * (x - fromX), fromY + share * (y - fromY));
    }
    pen = [x, y];
    send();
  };
  grid.addEventListener("pointerdown", event => {
    if (event.button !== 0) return;
    event.preventDefault();
    grid.setPointerCapture(event.pointerId);
    if (cells.includes(event.target)) go(cells.indexOf(event.target));
    stroke(place(event));
  });
  grid.addEventListener("pointermove", event => { if (pen) stroke(place(event)); });
  grid.addEventListener("lostpointercapture", () => { pen = null; });

  const give = ink => { inks[here] = rubs() ? 0 : ink; };
  const moveBy = ([across, down], draws) => {
    const x = here % SIDE + across, y = Math.floor(here / SIDE) + down;
    if (draws) give(FULL);
    if (Math.min(x, y) < 0 || Math.max(x, y) >= SIDE) return;
    go(y * SIDE + x);
    if (draws) give(FULL);
  };
  const onKey = event => {
    const {key, shiftKey} = event;
    if (!grid.contains(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (key in STEPS) moveBy(STEPS[key], shiftKey);
    else if (key === " " || (key === "Enter" && !shiftKey))
      give(inks[here] < FULL ? Math.min(FULL, inks[here] + FULL / 2) : 0);
    else if (key === "Delete" || key === "Backspace") give(0);
    else return;
    event.preventDefault();
    event.stopPropagation();
    send();
  };
  // before the page hears of them: where an arrow leads to another cell, no square would
  grid.addEventListener("focusin", () => window.addEventListener("keydown", onKey, true));
  grid.addEventListener("focusout", () => window.removeEventListener("keydown", onKey, true));

  show(input.value);
  box.prepend(grid);
};

const begin = () => { // the field may come after this; and this runs again when it is scrolled to
  if (!box.isConnected || box.querySelector(".course-paper")) return;
  const input = box.querySelector("input");
  if (input) paperFor(input);
  else requestAnimationFrame(begin);
};
begin();
