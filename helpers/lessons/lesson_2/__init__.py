"""Lesson 2, the forward pass."""
