"""What bureaus do with a yearly cycle, and how a hospital takes part."""
