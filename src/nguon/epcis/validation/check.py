"""All checks of one typed event, in the order in which a reader would ask them."""

from __future__ import annotations

from nguon.epcis.error import Policy
from nguon.epcis.model import AnyEvent
from nguon.epcis.validation.cardinality import check_cardinality
from nguon.epcis.validation.declaration import check_declaration, check_persistent
from nguon.epcis.validation.identifiers import check_identifiers
from nguon.epcis.validation.identity import check_identity
from nguon.epcis.validation.quantity import check_quantities
from nguon.epcis.validation.sensor import check_sensors
from nguon.epcis.validation.time import check_time
from nguon.epcis.validation.uris import check_uris
from nguon.epcis.validation.words import check_words
from nguon.errors import Fault


def check_event(
    event: AnyEvent,
    faults: list[Fault],
    policy: Policy,
    *,
    served: bool = False,
    timed: bool = True,
) -> None:
    """Append what is wrong with a typed event to `faults`, pointers from the event's own root.

    `served` says that the event comes out of a repository (a query's result). `timed` is false
    when its eventTime could not be read and stands for nothing.
    """
    check_time(event, faults, policy, served=served, timed=timed)
    check_cardinality(event, faults)
    check_words(event, faults)
    check_identifiers(event, faults)
    check_quantities(event, faults)
    if event.sensor_element_list:
        check_sensors(event, faults, policy, timed=timed)
    if event.sensor_element_list or event.certification_info or event.error_declaration:
        check_uris(event, faults)
    check_declaration(event, faults, timed=timed)
    check_persistent(event, faults, policy)
    check_identity(event, faults)
