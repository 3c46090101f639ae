"""Readers of text: Markdown, HTML, and what terminals print."""
