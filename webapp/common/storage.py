"""Static files under hashed names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Also rewrites `import ... from "./other.js"`, so that modules find each other."""

    support_js_module_import_aggregation = True
