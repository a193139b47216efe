"""Skills: procedures that an agent mines from its own successes, and chooses among."""
