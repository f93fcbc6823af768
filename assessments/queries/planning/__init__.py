"""Reading for the roadmap: what a plan is made from, the plan itself, adopted plans and their tasks."""
