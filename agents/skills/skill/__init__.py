"""Skills as data, what they are mined from, and how they are carried out."""
