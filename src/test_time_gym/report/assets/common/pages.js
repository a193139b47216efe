// Pages: each kind says how it is drawn.

const _kinds = new Map();

/** Say how pages of a kind are drawn: `draw(main, data)`, which may be async. */
function definePage(kind, draw) {
  _kinds.set(kind, draw);
}
