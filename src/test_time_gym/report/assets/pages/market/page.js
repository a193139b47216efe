// The page of kind "market".

definePage("market", figuresPage);
