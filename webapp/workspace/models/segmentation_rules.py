"""Where sentences end, as a project has it."""

from django.db import models

from webapp.workspace.models.project import Project


class SegmentationRules(models.Model):
    """A file of SRX that was brought; a project without one goes by the product's own
    rules. Apart from the project, so that nobody reads it by accident."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, related_name="segmentation_rules"
    )
    name = models.CharField(max_length=255)  # of the file
    content = models.BinaryField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.project_id}"
