"""Tests of helpers and of the notebooks."""
