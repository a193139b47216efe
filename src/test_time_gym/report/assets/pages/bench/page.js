// The page of kind "bench".

definePage("bench", (main, data) => {
  main.append(el("p", { text: JSON.stringify(data) }));
});
