"""Hotels: rooms over the nights of a stay, at rates with rules of their own."""
