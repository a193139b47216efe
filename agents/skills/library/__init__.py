"""The library: the skills an agent has, how they did, and when they are retired."""
