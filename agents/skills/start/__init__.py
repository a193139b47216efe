"""Starting points: what an agent can know before its first episode."""
