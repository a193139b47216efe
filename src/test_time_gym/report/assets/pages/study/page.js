// The page of kind "study".

definePage("study", figuresPage);
