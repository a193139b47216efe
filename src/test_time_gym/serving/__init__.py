"""Servers: what others reach through a socket or a pipe."""
