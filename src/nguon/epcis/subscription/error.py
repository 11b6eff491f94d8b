"""What a subscription is refused with (EPCIS 2.0 section 8.2.3), explained."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from nguon.epcis.error import EpcisError
from nguon.errors import Fault

CONTROLS: Final = "SubscriptionControlsException"
_EXCEPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "epcis.subscription_body": "ValidationException",
        "epcis.subscription_member": "ValidationException",
    }
)


class SubscriptionError(EpcisError):
    """A subscription that is not made. `exception` is the standard's name for it."""

    status = 400

    @property
    def exception(self) -> str:
        """The end of `epcisException:…`."""
        return _EXCEPTIONS.get(self.code, CONTROLS)


def subscription_error(
    code: str, pointer: str, value: object = "", /, **words: object
) -> SubscriptionError:
    """The error `epcis.<code>` about a member of the request, ready to be raised."""
    return SubscriptionError(Fault(f"epcis.{code}", pointer, value, None, words))
