"""What matching may read in an attachment. Its bytes are never kept."""

from mailbridge.domain.message import Attachment
from mailbridge.ingest.skim import Part


def read_attachment(part: Part) -> Attachment:
    """Name, type and size of a part that is not the letter itself."""
    return Attachment(part.filename, part.content_type, part.size)
