"""Lesson 5, training."""
