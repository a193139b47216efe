// A run as the page knows it: columns that are unpacked at once, records and pages on demand.

const CHUNK = 1024; // records that stand in one block
const PAGES = 64; // pages of an agent that do
const CALLS = 32; // and calls of its model
const KEPT = 48; // unpacked blocks that are remembered

/** A memory of the last few blocks, each unpacked once. */
function lately(load) {
  const kept = new Map();
  return (key) => {
    let found = kept.get(key);
    if (found === undefined) found = load(key);
    kept.delete(key);
    kept.set(key, found);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    return found;
  };
}

/** Places of rows by the number in one of their columns, each list rising. */
function grouped(keys, count) {
  const sizes = new Uint32Array(count + 1);
  for (const key of keys) sizes[key + 1] += 1;
  for (let k = 0; k < count; k += 1) sizes[k + 1] += sizes[k];
  const next = sizes.slice();
  const order = new Uint32Array(keys.length);
  for (let row = 0; row < keys.length; row += 1) order[next[keys[row]]++] = row;
  return (key) => order.subarray(sizes[key], sizes[key + 1]);
}

/** Read the run that stands at `number` in the page's data. */
async function openRun(data, number) {
  const name = (part) => number + "-" + part;
  const market = data.agents.length > 0;
  const [index, acts, rewards, thinking, stock, cash, losses] = await Promise.all([
    columns(name("index")), columns(name("acts")), columns(name("rewards")), columns(name("thinking")),
    market ? columns(name("stock")) : null, market ? columns(name("money")) : null,
    market ? jsonBlock(name("losses"), false) : [],
  ]);
  const actorCount = data.actors.length;
  const actsOf = grouped(acts.agent, actorCount);
  const rewardsOf = grouped(rewards.agent, actorCount);
  const thinkingOf = grouped(thinking.agent, actorCount);
  const stockOf = market ? grouped(stock.product, data.products.length) : null;
  const moneyOf = market ? grouped(cash.account, data.accounts.length) : null;
  const chunkText = async (k) => new TextDecoder().decode(await block(name("records-" + k), false));
  const chunk = lately(async (k) => (await chunkText(k)).split("\n"));
  const pages = lately(async (key) => {
    const packed = await jsonBlock(name("page-" + key), false);
    let last = {};
    return packed.map(([whole, part]) => (last = whole ? part : { ...last, ...part }));
  });
  const calls = lately((key) => jsonBlock(name("chat-" + key), false));
  let effects = null;

  const run = {
    data, number, index, acts, rewards, losses, stock, cash, actsOf, rewardsOf,
    size: data.records,
    kind: (n) => data.kinds[index.kind[n]],
    actor: (n) => data.actors[index.actor[n]],
    t: (n) => index.t[n],
    agentNumber: (agent) => data.actors.indexOf(agent),
    money: (minor) => money(minor, data.exponent),
    amount: (minor) => money(minor, data.exponent) + " " + data.currency,
    /** The lines of the k-th `CHUNK` records, in one text. */
    chunkText,
    async record(n) {
      return JSON.parse((await chunk(Math.floor(n / CHUNK)))[n % CHUNK]);
    },
    /** The last record that is not later than a time. */
    at: (t) => Math.max(0, lastUpTo(index.t, t)),
    clock(t) {
      const date = new Date(data.opens_minute * 60000 + t);
      if (Number.isNaN(date.getTime())) return "–"; // a forged record may be of any time
      return date.toISOString().slice(0, 19).replace("T", " ");
    },
    /** Number of an agent's last turn up to a record; −1 before its first. */
    turnAt(agent, n) {
      const rows = actsOf(run.agentNumber(agent));
      return lastBy(rows, (row) => acts.n[row], n);
    },
    turn(agent, k) {
      const row = actsOf(run.agentNumber(agent))[k];
      return row === undefined ? null : { n: acts.n[row], verb: data.verbs[acts.verb[row]], status: data.statuses[acts.status[row]] };
    },
    turnCount: (agent) => actsOf(run.agentNumber(agent)).length,
    /** What an agent had before it at its k-th turn; the last page is that of the end. */
    async page(agent, k) {
      const place = data.agents.findIndex((one) => one.name === agent);
      if (place < 0 || k < 0 || k >= data.agents[place].pages) return null;
      return (await pages(place + "-" + Math.floor(k / PAGES)))[k % PAGES];
    },
    /** What the model of an agent was asked at its k-th turn, and answered. */
    async call(agent, k) {
      const where = data.agents.findIndex((one) => one.name === agent);
      if (where < 0 || k < 0 || k >= data.agents[where].chats * CALLS) return null;
      return (await calls(where + "-" + Math.floor(k / CALLS)))[k % CALLS] || null;
    },
    /** Reward by term of an agent: between two records, both counted. */
    earned(agent, from, to) {
      const sums = new Map();
      for (const row of rewardsOf(run.agentNumber(agent))) {
        if (rewards.n[row] < from) continue;
        if (rewards.n[row] > to) break;
        const term = data.terms[rewards.term[row]];
        sums.set(term, (sums.get(term) || 0) + rewards.milli[row]);
      }
      return sums;
    },
    /** What a model took to find an agent's turn. */
    thought(agent, from, to) {
      const found = { ms: 0, prompt: 0, completion: 0, times: 0 };
      for (const row of thinkingOf(run.agentNumber(agent))) {
        if (thinking.n[row] <= from || thinking.n[row] > to) continue;
        found.ms += thinking.ms[row];
        found.prompt += thinking.prompt[row];
        found.completion += thinking.completion[row];
        found.times += 1;
      }
      return found.times ? found : null;
    },
    /** Rows of a product's changes. */
    changesOf: (product) => stockOf(product),
    /** What there is of a product after a record; null before anything is known. */
    stockAt(product, n) {
      const rows = stockOf(product);
      const k = lastBy(rows, (row) => stock.n[row], n);
      if (k < 0) return null;
      const row = rows[k];
      return { sold: stock.sold[row], held: stock.held[row], free: stock.free[row], price: stock.price[row] };
    },
    balanceAt(account, n) {
      const rows = moneyOf(account);
      const k = lastBy(rows, (row) => cash.n[row], n);
      return k < 0 ? 0 : cash.balance[rows[k]];
    },
    /** Numbers of the records that a record has caused. */
    effectsOf(n) {
      if (effects === null) effects = grouped(index.cause, data.records);
      return n === 0 ? [] : effects(n);
    },
    productNumber: (id) => data.products.findIndex((one) => one.id === id),
  };
  return run;
}

/** The last place in a list whose value is at most `most`, by halving; −1: none. */
function lastBy(list, value, most) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value(list[middle]) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
