"""Real processes to be killed: see world.py for what they are."""
