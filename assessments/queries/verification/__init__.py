"""Reading evidence and checks: the desk, the run in force, what is still missing."""
