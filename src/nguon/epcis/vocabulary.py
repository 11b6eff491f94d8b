"""The Core Business Vocabulary 2.0 word lists, and the three ways of writing a word.

A word stands bare in JSON (`shipping`), as a Web URI (`https://ref.gs1.org/cbv/BizStep-shipping`)
or as a URN (`urn:epcglobal:cbv:bizstep:shipping`, `urn:epcglobal:cbv:btt:po`); source: CBV 2.0
sections 7 (bizStep 7.1, disposition 7.2, bizTransaction 7.3, source/destination 7.4, error
reasons 7.5, sensor words 7.6 and 7.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from nguon.epcis.memory import remember

Kind = Literal[
    "bizStep",
    "disposition",
    "bizTransaction",
    "sourceDestination",
    "errorReason",
    "measurement",
    "sensorAlert",
    "component",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        "bizStep": _words(
            """accepting arriving assembling collecting commissioning consigning
            creating_class_instance cycle_counting decommissioning departing destroying
            disassembling dispensing encoding entering_exiting holding inspecting installing
            killing loading other packing picking receiving removing repackaging repairing
            replacing reserving retail_selling sampling sensor_reporting shipping
            staging_outbound stock_taking stocking storing transporting unloading unpacking
            void_shipping"""
        ),
        "disposition": _words(
            """active available completeness_inferred completeness_verified conformant
            container_closed container_open damaged destroyed dispensed disposed encoded expired
            in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity
            needs_replacement no_pedigree_match non_conformant non_sellable_other
            partially_dispensed recalled reserved retail_sold returned sellable_accessible
            sellable_not_accessible stolen unavailable unknown"""
        ),
        "bizTransaction": _words(
            """bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"""
        ),
        "sourceDestination": _words("owning_party possessing_party location"),
        "errorReason": _words("did_not_occur incorrect_data"),
        "measurement": _words(
            """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude
            AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration
            AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count
            Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
            ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy
            Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length
            LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux
            MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
            MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume
            Power Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance
            Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature
            Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber"""
        ),
        "sensorAlert": _words("ALARM_CONDITION ERROR_CONDITION"),
        "component": _words(
            """x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle
            easting northing latitude longitude altitude"""
        ),
    }
)

# Web URI stem of each list, then its URN stem.
_WEB: Mapping[Kind, str] = MappingProxyType(
    {
        "bizStep": "BizStep-",
        "disposition": "Disp-",
        "bizTransaction": "BTT-",
        "sourceDestination": "SDT-",
        "errorReason": "ER-",
        "component": "Comp-",
    }
)
_URN: Mapping[Kind, str] = MappingProxyType(
    {
        "bizStep": "urn:epcglobal:cbv:bizstep:",
        "disposition": "urn:epcglobal:cbv:disp:",
        "bizTransaction": "urn:epcglobal:cbv:btt:",
        "sourceDestination": "urn:epcglobal:cbv:sdt:",
        "errorReason": "urn:epcglobal:cbv:er:",
        "component": "urn:epcglobal:cbv:comp:",
    }
)
_CBV_HOSTS = (
    "https://ref.gs1.org/cbv/",
    "http://ref.gs1.org/cbv/",
    "https://ns.gs1.org/cbv/",
    "http://ns.gs1.org/cbv/",
    "cbv:",
)
_GS1_HOSTS = (
    "https://gs1.org/voc/",
    "http://gs1.org/voc/",
    "https://www.gs1.org/voc/",
    "http://www.gs1.org/voc/",
    "https://ref.gs1.org/voc/",
    "gs1:",
)


def _stems(kind: Kind) -> tuple[str, ...]:
    if kind in _WEB:
        return (*(host + _WEB[kind] for host in _CBV_HOSTS), _URN[kind])
    return _GS1_HOSTS


_STEMS: Mapping[Kind, tuple[str, ...]] = MappingProxyType({kind: _stems(kind) for kind in WORDS})


@remember(4096)
def normalise(kind: Kind, text: str) -> str:
    """The bare word of a vocabulary entry; a private URI is given back unchanged."""
    if ":" not in text:
        return text
    for stem in _STEMS[kind]:
        if text.startswith(stem):
            return text[len(stem) :]
    return text


@remember(4096)
def web_uri(kind: Kind, text: str) -> str:
    """The Web URI of a vocabulary entry in any syntax; a private URI is given back unchanged."""
    word = normalise(kind, text)
    if ":" in word:
        return word
    return f"https://ref.gs1.org/cbv/{_WEB[kind]}{word}" if kind in _WEB else _GS1_HOSTS[0] + word
