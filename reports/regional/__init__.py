"""A region in figures: filled from frozen submissions, counted by groups, ranked inside fair peers."""
