"""Servers: episodes that programs outside play, over MCP and OpenEnv."""
