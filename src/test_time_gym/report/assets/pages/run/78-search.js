// Search: the records of a kind, of an agent, or with a text in them; of a million, too.

const _SEARCH_KEPT = 64000000; // letters that are kept unpacked, so that the next search need not
const _TELL_EVERY = 150; // milliseconds
const _BREATHE_EVERY = 12; // milliseconds after which the page may draw itself

/** Numbers that become more; `taken()` is a view of them, and nothing is copied. */
function growingNumbers(most) {
  const numbers = new Uint32Array(most);
  let size = 0;
  return {
    add(n) {
      numbers[size] = n;
      size += 1;
    },
    size: () => size,
    taken: () => numbers.subarray(0, size),
  };
}

/** Let the page draw itself and hear its reader. */
function breathe() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Searches one run: `find(question, tell)` gives the numbers of the records that fit.
 * A question has `kind` and `actor` (numbers; −1: any) and `text` in small letters. `tell(found,
 * upTo)` hears what was found so far. Null: another question was asked meanwhile.
 */
function makeSearch(run) {
  const texts = new Map();
  let kept = 0;
  let asked = 0;
  let answered = null;

  /** The text of some records, in small letters. */
  async function lowered(k) {
    if (texts.has(k)) return texts.get(k);
    const text = (await run.chunkText(k)).toLowerCase();
    if (kept + text.length <= _SEARCH_KEPT) {
      kept += text.length;
      texts.set(k, text);
    }
    return text;
  }

  /** Records of an answer hold all that is found by the same question with a longer text. */
  function narrower(question) {
    const before = answered && answered.question;
    return before && before.kind === question.kind && before.actor === question.actor && question.text.includes(before.text) ? answered.found : null;
  }

  /** Call for the place of each line, from `first` on, that holds a text. */
  function eachLine(whole, text, first, hear) {
    let n = first;
    let line = 0;
    for (let hit = whole.indexOf(text); hit >= 0; hit = whole.indexOf(text, line)) {
      for (let end = whole.indexOf("\n", line); end >= 0 && end < hit; end = whole.indexOf("\n", line)) {
        line = end + 1;
        n += 1;
      }
      hear(n);
      line = whole.indexOf("\n", hit) + 1;
      n += 1;
      if (line === 0) return;
    }
  }

  async function find(question, tell) {
    const mine = ++asked;
    const { kind, actor, text } = question;
    const fits = (n) => (kind < 0 || run.index.kind[n] === kind) && (actor < 0 || run.index.actor[n] === actor);
    const among = narrower(question);
    const found = growingNumbers(among ? among.length : run.size);
    let told = performance.now();
    let drawn = told;
    let next = 0; // of `among`
    for (let at = 0; at < run.size; at += CHUNK) {
      const end = Math.min(run.size, at + CHUNK);
      const wanted = [];
      if (among) for (; next < among.length && among[next] < end; next += 1) wanted.push(among[next]);
      else for (let n = at; n < end; n += 1) if (fits(n)) wanted.push(n);
      if (!wanted.length) continue;
      const before = found.size();
      if (text) {
        const whole = await lowered(at / CHUNK);
        if (mine !== asked) return null;
        let k = 0;
        eachLine(whole, text, at, (n) => {
          while (k < wanted.length && wanted[k] < n) k += 1;
          if (wanted[k] === n) found.add(n);
        });
      } else wanted.forEach(found.add);
      const now = performance.now();
      if (text && (now - told > _TELL_EVERY || (before === 0 && found.size()))) {
        tell(found.taken(), end);
        told = now;
      }
      if (now - drawn > _BREATHE_EVERY) {
        await breathe();
        if (mine !== asked) return null;
        drawn = performance.now();
      }
    }
    answered = { question, found: found.taken().slice() };
    return answered.found;
  }

  return { find, stop: () => { asked += 1; } };
}
