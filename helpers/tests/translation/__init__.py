"""Proof that the translations say what the English says, and the commands to keep them."""
