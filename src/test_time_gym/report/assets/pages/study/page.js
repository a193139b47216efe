// The page of kind "study".

definePage("study", (main, data) => {
  main.append(el("p", { text: JSON.stringify(data) }));
});
