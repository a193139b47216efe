// The page of kind "market".

definePage("market", (main, data) => {
  main.append(el("p", { text: JSON.stringify(data) }));
});
