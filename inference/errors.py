"""What can be wrong with a model, told in words."""


class ModelUnavailableError(Exception):
    """A model cannot be used; the text names the file or setting and the reason."""
