"""Lesson 1, activations."""
