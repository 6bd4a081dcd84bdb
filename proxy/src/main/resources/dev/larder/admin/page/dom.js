// Elements from values. Text is always text: nothing here, or anywhere on this page, makes markup of it.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A key that breaks behind a colon, where the line is too short for it. */
export function parted(key) {
  return key.split(/(?<=:)/).flatMap((part, i) => (i === 0 ? [part] : [document.createElement("wbr"), part]));
}

/** Sets text only where it differs, so that what somebody selects or hears is not disturbed. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Makes the children of an element those of a list, in its order. An item that stays keeps its element, and with it focus
 * and selection; what has focus is not moved away from under it.
 */
export function keyed(parent, items, keyOf, make, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let element = known.get(key);
    if (element) {
      known.delete(key);
    } else {
      element = make(item);
      element.dataset.key = key;
    }
    update(element, item);
    if (element === at) {
      at = at.nextElementSibling;
    } else {
      const focused = element.contains(document.activeElement) ? document.activeElement : null;
      parent.insertBefore(element, at);
      if (focused) {
        focused.focus({ preventScroll: true });
      }
    }
  }
  for (const gone of known.values()) {
    gone.remove();
  }
}

// ---- numbers as people read them ------------------------------------------------------------------------------------

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

export function count(number) {
  return number < 1_000_000 ? WHOLE.format(number) : SHORT.format(number);
}

export function rate(perSecond) {
  return perSecond >= 100 ? count(Math.round(perSecond)) : perSecond.toFixed(perSecond >= 10 || perSecond === 0 ? 0 : 1);
}

export function bytes(number) {
  if (number < 0) {
    return "not known";
  }
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let size = number;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return (unit === 0 || size >= 100 ? size.toFixed(0) : size.toFixed(1)) + " " + units[unit];
}

export function millis(number) {
  if (number === null || number === undefined) {
    return "–";
  }
  if (number >= 60_000) {
    return seconds(number / 1000);
  }
  if (number >= 1000) {
    return (number / 1000).toFixed(number >= 10_000 ? 1 : 2) + " s";
  }
  return number.toFixed(number >= 100 ? 0 : number >= 10 ? 1 : 2) + " ms";
}

export function seconds(number) {
  const whole = Math.round(number);
  if (whole < 100) {
    return whole + " s";
  }
  if (whole < 6000) {
    return Math.floor(whole / 60) + " min " + (whole % 60 ? (whole % 60) + " s" : "");
  }
  if (whole < 172_800) {
    return Math.floor(whole / 3600) + " h " + Math.floor((whole % 3600) / 60) + " min";
  }
  return Math.floor(whole / 86_400) + " days";
}

export function percent(part, whole) {
  if (!whole) {
    return "–";
  }
  const share = (100 * part) / whole;
  return (share === 0 || share === 100 ? share.toFixed(0) : Math.min(99.9, Math.max(0.1, share)).toFixed(1)) + " %";
}

export function clock(instant) {
  return new Date(instant).toLocaleTimeString("en-GB");
}

/** A cell with the figure behind it, exact. */
export function figure(name, value, text) {
  return el("td", { "data-figure": name, "data-value": value, title: typeof value === "number" ? value.toLocaleString("en") : null }, text);
}
