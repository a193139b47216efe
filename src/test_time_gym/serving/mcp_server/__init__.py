"""The MCP server: verbs as tools, for agents that bring a client of their own."""
