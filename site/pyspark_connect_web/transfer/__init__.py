"""Files between the tab and the file system that Spark sees."""

from .download import download
from .upload import upload

__all__ = ["download", "upload"]
