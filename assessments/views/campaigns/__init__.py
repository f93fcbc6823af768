"""Pages of yearly cycles."""
