"""An administrative letter (công văn) as text, part by part as NĐ 30/2020 art. 8 orders them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands where. A number or a signer that nobody gave is left blank for a pen."""

    agency_above: str  # "" where none stands above the issuer
    agency: tuple[str, ...]  # lines
    number: str
    about: str  # V/v …
    dated: str  # place and date
    to: str
    paragraphs: tuple[str, ...]
    signing_capacity: tuple[str, ...]  # lines
    signer: str
    recipients: tuple[str, ...]
