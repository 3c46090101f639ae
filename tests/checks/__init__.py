"""The checks of the exercises, tried on tables of right and wrong answers."""
