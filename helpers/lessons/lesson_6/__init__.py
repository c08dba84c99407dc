"""Lesson 6, digits."""
