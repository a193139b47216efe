"""The OpenEnv server: one market a session, for trainers that bring their own loop."""
