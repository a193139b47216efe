// The page of kind "run".

definePage("run", (main, data) => {
  main.append(el("p", { text: JSON.stringify(data) }));
});
