"""Small stand-ins for the edges of the market."""


class Lines:
    """A journal's sink that keeps its lines in memory."""

    def __init__(self):
        self.lines = []

    def write(self, line):
        self.lines.append(line)

    def bytes(self):
        return b"".join(self.lines)
