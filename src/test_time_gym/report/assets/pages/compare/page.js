// The page of kind "compare".

definePage("compare", (main, data) => {
  main.append(el("p", { text: JSON.stringify(data) }));
});
