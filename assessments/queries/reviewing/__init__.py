"""Reading reviews: the queue, one review, an item of it, site visits, schemes."""
