"""The sender's pages on the desk: what was sent, what became of it, and a file tried or sent."""
