// The page of kind "bench".

definePage("bench", figuresPage);
