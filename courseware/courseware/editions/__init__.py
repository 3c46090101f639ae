"""What is made of the lessons for their readers."""
