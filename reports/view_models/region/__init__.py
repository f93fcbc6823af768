"""What the pages of a region show."""
