"""Lesson 3, the δ recursion."""
