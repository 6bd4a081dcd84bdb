// The last ten minutes by the second, as they were told, and sums over parts of them.

const MOST = 600;

export class Series {
  #columns = [];
  #seconds = [];

  columns(names) {
    this.#columns = names;
  }

  add(seconds) {
    this.#seconds.push(...seconds);
    if (this.#seconds.length > MOST) {
      this.#seconds.splice(0, this.#seconds.length - MOST);
    }
  }

  last() {
    return this.#seconds.length ? this.#seconds[this.#seconds.length - 1][0] : 0;
  }

  clear() {
    this.#seconds = [];
  }

  #row([, all, routes], route) {
    return route ? routes[route] : all;
  }

  #place(name) {
    return this.#columns.indexOf(name);
  }

  /** What a column comes to in the last so many seconds. */
  sum(name, length, route = "") {
    const place = this.#place(name);
    const from = this.last() - length;
    let sum = 0;
    for (const second of this.#seconds) {
      const row = second[0] > from ? this.#row(second, route) : undefined;
      sum += row ? row[place] : 0;
    }
    return sum;
  }

  /** How many of the last so many seconds are known. */
  known(length) {
    const from = this.last() - length;
    return this.#seconds.filter((second) => second[0] > from).length;
  }

  /**
   * Points for a chart: each is some seconds, of which counts are per second, the median that of the middle by requests, and
   * the 95th percentile that of the worst second.
   */
  points(length, route = "") {
    const width = Math.max(1, Math.round(length / 120));
    const last = this.last();
    // Points keep their seconds as time goes on.
    const end = Math.ceil(last / width) * width;
    const points = [];
    const names = this.#columns;
    for (let at = end - Math.ceil(length / width) * width + width; at <= end; at += width) {
      points.push({ at, seconds: 0, sums: new Array(names.length).fill(0), half: [0, 0], worst: [0, 0] });
    }
    const first = points.length ? points[0].at : 0;
    const cached = this.#place("cachedP50");
    const requests = this.#place("requests");
    const hits = this.#place("hits");
    for (const second of this.#seconds) {
      const point = points[Math.ceil((second[0] - first) / width)];
      if (!point || second[0] <= first - width) {
        continue;
      }
      point.seconds++;
      const row = this.#row(second, route);
      if (row) {
        names.forEach((name, i) => (point.sums[i] += row[i]));
        point.half[0] += row[cached] * row[hits];
        point.half[1] += row[cached + 2] * (row[requests] - row[hits]);
        point.worst[0] = Math.max(point.worst[0], row[cached + 1]);
        point.worst[1] = Math.max(point.worst[1], row[cached + 3]);
      }
    }
    return points.map((point) => this.#finished(point, width));
  }

  #finished(point, width) {
    const of = (name) => point.sums[this.#place(name)];
    const over = Math.max(1, Math.min(point.seconds, width));
    const others = of("requests") - of("hits");
    const per = (number) => (point.seconds ? number / over : null);
    return {
      at: point.at,
      store: per(of("hits")),
      backend: per(of("lookups") - of("hits")),
      bypassed: per(of("bypasses") + of("writes")),
      errors: per(of("errors")),
      ratio: of("lookups") ? (100 * of("hits")) / of("lookups") : null,
      storeHalf: of("hits") ? point.half[0] / of("hits") : null,
      storeMost: of("hits") ? point.worst[0] : null,
      backendHalf: others ? point.half[1] / others : null,
      backendMost: others ? point.worst[1] : null,
    };
  }
}
