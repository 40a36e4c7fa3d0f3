"""Breaks the product in one place at a time, and sees that the end-to-end tests notice."""
