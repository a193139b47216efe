"""Values: which of the values on a page an argument should have, by what they did."""
