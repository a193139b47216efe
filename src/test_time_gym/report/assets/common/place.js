// The place: what the address says after `#`, so that a link leads to a moment.

/** What the address says, by name: `#t=500&agent=buyer_1`. */
function place() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** Write it into the address, without a new entry in the browser's history. */
function setPlace(values) {
  const kept = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(kept.map(([key, value]) => [key, String(value)])).toString();
  // In a frame without an address of its own the browser refuses; then there is no link.
  try {
    history.replaceState(null, "", text ? "#" + text : location.pathname);
  } catch {
    return;
  }
}

/** Call when someone changes the address by hand, or follows a link in the page. */
function onPlace(hear) {
  window.addEventListener("hashchange", () => hear(place()));
}
