"""What moves: the pad to draw on, and the preparation of ink."""
