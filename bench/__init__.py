"""Programs that measure the product, each beside what it is compared with."""
