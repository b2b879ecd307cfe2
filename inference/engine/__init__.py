"""Many requests at once on one model: schedule, run, postprocess, again and again."""
