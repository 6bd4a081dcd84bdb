// Charts over time in SVG: areas on top of each other, or lines. Each is one stop for the keyboard: the arrows move a mark
// along, and what stands at the mark is said below, as it is where somebody points.

import { el, svg, say, clock } from "./dom.js";

const HEIGHT = 168;
const LEFT = 52;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 22;

/** One to a few round numbers from 0 to at least the largest. */
function linearTicks(largest) {
  const rough = largest / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough) * power;
  const ticks = [];
  for (let tick = 0; tick < largest + step * 0.999; tick += step) {
    ticks.push(tick);
  }
  return ticks;
}

/** Powers of ten around what there is. */
function powerTicks(least, largest) {
  const ticks = [];
  let tick = 10 ** Math.floor(Math.log10(least));
  for (; tick < largest; tick *= 10) {
    ticks.push(tick);
  }
  ticks.push(tick);
  return ticks.length > 1 ? ticks : [tick, tick * 10];
}

export class Chart {
  #options;
  #points = [];
  #mark = null;
  #svg;
  #readout;
  #title;

  /**
   * @param options title, lines of {of, name, style}, stacked, logarithmic, top (a fixed end of the scale), text (of a value),
   *   step (the least end of the scale)
   */
  constructor(options) {
    this.#options = options;
    this.#title = el("h3", {}, options.title);
    this.#readout = el("p", { class: "readout" });
    this.#svg = svg("svg", { role: "img", tabindex: 0, class: "chart", height: HEIGHT, "aria-roledescription": "chart; arrow keys move along it" });
    this.#svg.addEventListener("keydown", (event) => this.#key(event));
    this.#svg.addEventListener("pointermove", (event) => this.#point(event));
    this.#svg.addEventListener("pointerleave", () => this.#moveTo(null));
    this.#svg.addEventListener("blur", () => this.#moveTo(null));
    const legend = el("ul", { class: "legend" });
    for (const line of options.lines) {
      legend.append(el("li", {}, el("span", { class: "swatch " + line.style, "aria-hidden": "true" }), line.name));
    }
    this.element = el("figure", { class: "panel" }, this.#title, legend, this.#svg, this.#readout);
    new ResizeObserver(() => this.#draw()).observe(this.#svg);
  }

  show(points) {
    this.#points = points;
    this.#draw();
  }

  #key(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
    if (event.key === "Escape") {
      this.#moveTo(null);
    } else if (event.key in steps && this.#points.length) {
      event.preventDefault();
      const last = this.#points.length - 1;
      const now = this.#place();
      this.#moveTo(Math.min(last, Math.max(0, (now < 0 ? last : now) + (now < 0 ? 0 : steps[event.key]))));
    }
  }

  #point(event) {
    const box = this.#svg.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    this.#moveTo(Math.min(this.#points.length - 1, Math.max(0, Math.round(share * (this.#points.length - 1)))));
  }

  /** The mark stays at its time while the chart moves on. */
  #moveTo(place) {
    this.#mark = place === null || !this.#points[place] ? null : this.#points[place].at;
    this.#draw();
  }

  #place() {
    return this.#mark === null ? -1 : this.#points.findIndex((point) => point.at === this.#mark);
  }

  #values() {
    return this.#options.lines.map((line) => this.#points.map((point) => point[line.of]));
  }

  #draw() {
    const width = Math.max(160, this.#svg.clientWidth);
    const { stacked, logarithmic, lines } = this.#options;
    const values = this.#values();
    const drawn = stacked ? stack(values) : values;
    const known = drawn.flat().filter((value) => value !== null && value !== undefined && (!logarithmic || value > 0));
    const children = [];
    const right = width - RIGHT;
    const bottom = HEIGHT - BOTTOM;
    const x = (i) => LEFT + (i / Math.max(1, this.#points.length - 1)) * (right - LEFT);
    if (known.length) {
      const ticks = this.#ticks(known);
      const [low, high] = [ticks[0], ticks[ticks.length - 1]];
      const share = logarithmic
        ? (value) => Math.log(Math.max(value, low) / low) / Math.log(high / low)
        : (value) => value / high;
      const y = (value) => bottom - share(value) * (bottom - TOP);
      for (const tick of ticks) {
        children.push(svg("line", { class: "grid", x1: LEFT, x2: right, y1: y(tick), y2: y(tick) }));
        children.push(svg("text", { class: "tick", x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, this.#options.text(tick)));
      }
      const order = stacked ? lines.map((_, i) => i).reverse() : lines.map((_, i) => i);
      for (const i of order) {
        const base = stacked && i > 0 ? drawn[i - 1].map((value) => (value === null ? null : y(value))) : null;
        const path = stacked
          ? area(drawn[i], x, y, base, bottom)
          : line(drawn[i], x, y);
        children.push(svg("path", { class: (stacked ? "area " : "line ") + lines[i].style, d: path }));
      }
    } else {
      children.push(svg("text", { class: "tick", x: (LEFT + right) / 2, y: HEIGHT / 2, "text-anchor": "middle" }, "nothing in this time"));
    }
    children.push(svg("line", { class: "axis", x1: LEFT, x2: right, y1: bottom, y2: bottom }));
    this.#times(children, x, right);
    const place = this.#place();
    if (place >= 0) {
      children.push(svg("line", { class: "mark", x1: x(place), x2: x(place), y1: TOP, y2: bottom }));
    }
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#svg.replaceChildren(...children);
    this.#tell(place);
  }

  #ticks(known) {
    const { logarithmic, top, step } = this.#options;
    const largest = Math.max(...known);
    if (logarithmic) {
      return powerTicks(Math.min(...known), largest);
    }
    return linearTicks(top || Math.max(largest, step || 1));
  }

  #times(children, x, right) {
    if (!this.#points.length) {
      return;
    }
    const shown = right > 420 ? 4 : 2;
    for (let i = 0; i <= shown; i++) {
      const place = Math.round((i / shown) * (this.#points.length - 1));
      const anchor = i === 0 ? "start" : i === shown ? "end" : "middle";
      children.push(
        svg("text", { class: "tick", x: x(place), y: HEIGHT - 6, "text-anchor": anchor }, clock(this.#points[place].at * 1000)),
      );
    }
  }

  /** What stands at the mark, or at the end. */
  #tell(place) {
    // The last point may still be growing.
    const whole = this.#points.filter((point) => this.#options.lines.some((one) => point[one.of] !== null));
    const point = place >= 0 ? this.#points[place] : whole[whole.length - 1];
    const said = point
      ? this.#options.lines
          .map((one) => one.name + " " + (point[one.of] === null ? "–" : this.#options.text(point[one.of])))
          .join(" · ")
      : "";
    say(this.#readout, point ? (place >= 0 ? clock(point.at * 1000) + ": " : "Last: ") + said : "");
    this.#readout.setAttribute("aria-live", place >= 0 ? "polite" : "off");
    this.#svg.setAttribute("aria-label", this.#options.title + ". " + this.#readout.textContent);
  }
}

function stack(values) {
  const sums = values[0] ? values[0].map(() => 0) : [];
  return values.map((row) =>
    row.map((value, i) => {
      if (value === null) {
        return null;
      }
      sums[i] += value;
      return sums[i];
    }),
  );
}

function number(value) {
  return value.toFixed(1);
}

/** Where something is not known the line is broken; a single point is a short stroke. */
function line(values, x, y) {
  let path = "";
  let pen = false;
  values.forEach((value, i) => {
    if (value === null || value === undefined) {
      pen = false;
      return;
    }
    path += (pen ? "L" : "M") + number(x(i)) + " " + number(y(value));
    if (!pen && (values[i + 1] === null || values[i + 1] === undefined)) {
      path += "h1.5";
    }
    pen = true;
  });
  return path;
}

function area(values, x, y, base, bottom) {
  let path = "";
  let from = -1;
  for (let i = 0; i <= values.length; i++) {
    const known = i < values.length && values[i] !== null;
    if (known && from < 0) {
      from = i;
    } else if (!known && from >= 0) {
      const places = Array.from({ length: i - from }, (_, n) => from + n);
      path += "M" + places.map((place) => number(x(place)) + " " + number(y(values[place]))).join("L");
      path += "L" + places.reverse().map((place) => number(x(place)) + " " + number(base ? base[place] : bottom)).join("L") + "Z";
      from = -1;
    }
  }
  return path;
}
