"""What can be wrong with data, settings or a run, told in words."""


class TrainingError(Exception):
    """Training cannot begin or go on; the text names the file or setting and why."""
