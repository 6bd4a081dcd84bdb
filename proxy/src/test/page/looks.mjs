// Whether a page can be seen and used by everybody, judged in the page itself.

/** Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3). */
export function faint() {
  const parts = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const light = ([r, g, b]) => {
    const one = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * one(r) + 0.7152 * one(g) + 0.0722 * one(b);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, a } = parts(getComputedStyle(at).backgroundColor);
      if (a === 1) {
        return rgb;
      }
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
    const box = element.getBoundingClientRect();
    if (!text || !box.width || !box.height || element.closest(":disabled, noscript, .skip, dialog:not([open])")) {
      continue;
    }
    const style = getComputedStyle(element);
    const color = parts(element instanceof SVGElement ? style.fill : style.color).rgb;
    const [a, b] = [light(color), light(behind(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) {
      found.push(`${element.tagName}.${element.getAttribute("class")} “${text.slice(0, 30)}” ${contrast.toFixed(2)}`);
    }
  }
  return found;
}

/** What reaches beyond the width of the window. */
export function tooWide() {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) {
    found.push("the page is " + document.documentElement.scrollWidth + " wide");
  }
  for (const element of document.querySelectorAll("button, input, select, textarea, td, th, .panel, .card, #reasons li")) {
    const box = element.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 1 || box.left < -1) && !element.closest("nav, pre, .skip")) {
      found.push(`${element.tagName} “${element.textContent.slice(0, 30)}” from ${box.left} to ${box.right}`);
    }
  }
  return found;
}

/** Numbers all that the keyboard should reach, in the order of the document; says how many there are. */
export function numberStops() {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  let number = 0;
  for (const element of document.querySelectorAll(usable)) {
    const box = element.getBoundingClientRect();
    const closed = element.closest("details:not([open])");
    const hidden = closed && !(element.tagName === "SUMMARY" && element.parentElement === closed);
    if (box.width && box.height && !element.disabled && !hidden && !element.closest("dialog:not([open])")) {
      element.dataset.stop = String(number++);
    }
  }
  return number;
}

/** What has focus: its number, what it is called, and whether that it has focus can be seen. */
export function stop() {
  const element = document.activeElement;
  if (!element || element === document.body) {
    return null;
  }
  const style = getComputedStyle(element);
  const labels = element.labels && element.labels.length ? element.labels[0].textContent : "";
  const named = element.getAttribute("aria-labelledby");
  const name = element.getAttribute("aria-label") || (named && document.getElementById(named)?.textContent) || labels || element.textContent || "";
  return {
    number: element.dataset.stop === undefined ? -1 : Number(element.dataset.stop),
    tag: element.tagName + "#" + element.id,
    name: name.trim(),
    visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}
