"""Lesson 4, gradient checking."""
