"""What the planning pages add to a ``RoadmapView``: what can be decided, what a decision changed, who does what."""
