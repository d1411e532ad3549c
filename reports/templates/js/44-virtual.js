// A list of any length of which only the rows in sight exist. Heights are known before a row is drawn.
{
  const MARGIN_PX = 300;
  const MOST_PRINTED = 200;

  const rootPx = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

  const remOf = (node, name) => parseFloat(getComputedStyle(node).getPropertyValue(name));

  // The last place whose row begins at or above a height.
  const placeAt = (tops, height) => {
    let [low, high] = [0, tops.length - 2];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  // draw(place) → a row; lines(place) → how many lines it has beside those all have; both are asked for places in `size`.
  class VirtualList {
    constructor(scroller, body, { draw, lines }) {
      Object.assign(this, { scroller, body, drawRow: draw, lines, size: 0, drawn: new Map(), kept: -1, isPrinting: false });
      this.tops = new Float64Array(1);
      let isDue = false;
      const soon = () => {
        if (isDue) return;
        isDue = true;
        requestAnimationFrame(() => {
          isDue = false;
          this.show();
        });
      };
      scroller.addEventListener("scroll", soon, { passive: true });
      new ResizeObserver(() => this.measure()).observe(scroller);
      window.addEventListener("beforeprint", () => this.print(true));
      window.addEventListener("afterprint", () => this.print(false));
    }

    // Draws everything anew, for a list of `size` rows.
    fill(size) {
      this.size = size;
      this.forget();
      this.measure();
    }

    forget() {
      this.body.replaceChildren();
      this.drawn.clear();
    }

    // Heights follow from the style sheet, which has others where the list is narrow.
    measure() {
      const [row, line] = [remOf(this.body, "--row") * rootPx(), remOf(this.body, "--line-height") * rootPx()];
      this.tops = new Float64Array(this.size + 1);
      for (let place = 0; place < this.size; place += 1) this.tops[place + 1] = this.tops[place] + row + line * this.lines(place);
      this.body.style.setProperty("height", `${this.tops[this.size]}px`);
      for (const [place, node] of this.drawn) this.put(node, place);
      this.show();
    }

    put(node, place) {
      node.style.setProperty("transform", `translateY(${this.tops[place]}px)`);
      node.style.setProperty("height", `${this.tops[place + 1] - this.tops[place]}px`);
    }

    range() {
      if (!this.size) return [0, -1];
      if (this.isPrinting) return [0, Math.min(this.size, MOST_PRINTED) - 1];
      const { scrollTop, clientHeight } = this.scroller;
      return [placeAt(this.tops, scrollTop - MARGIN_PX), placeAt(this.tops, scrollTop + clientHeight + MARGIN_PX)];
    }

    show() {
      const [first, last] = this.range();
      for (const [place, node] of this.drawn) {
        if ((place >= first && place <= last) || place === this.kept) continue;
        node.remove();
        this.drawn.delete(place);
      }
      for (let place = first; place <= last; place += 1) this.draw(place);
      if (this.kept >= 0 && this.kept < this.size) this.draw(this.kept);
    }

    // Rows stand in the document in their order: a screen reader goes by that, not by where they are painted.
    draw(place) {
      const known = this.drawn.get(place);
      if (known) return known;
      const node = this.drawRow(place);
      this.put(node, place);
      const after = [...this.drawn.keys()].filter((each) => each > place);
      this.body.insertBefore(node, after.length ? this.drawn.get(Math.min(...after)) : null);
      this.drawn.set(place, node);
      return node;
    }

    // The row that has, or is to get, the focus: it exists even out of sight, so that the focus is not lost.
    keep(place) {
      this.kept = place;
      this.show();
      return this.drawn.get(place);
    }

    // Scrolls no further than needed for a row to be in sight.
    reach(place) {
      const [top, bottom] = [this.tops[place], this.tops[place + 1]];
      const { scrollTop, clientHeight } = this.scroller;
      if (top < scrollTop) this.scroller.scrollTop = top;
      else if (bottom > scrollTop + clientHeight) this.scroller.scrollTop = bottom - clientHeight;
      this.show();
    }

    // How many rows are in sight, for the keys that turn a page.
    get page() {
      const { scrollTop, clientHeight } = this.scroller;
      return Math.max(1, placeAt(this.tops, scrollTop + clientHeight) - placeAt(this.tops, scrollTop) - 1);
    }

    print(isPrinting) {
      this.isPrinting = isPrinting;
      this.show();
    }
  }

  app.VirtualList = VirtualList;
  app.MOST_PRINTED = MOST_PRINTED;
}
