"""One amount in two units: a reading in CEL answers a question in KEL (TCR-53, step 26).

Factors to the SI unit of each kind, as UN/ECE Recommendation 20 gives them; exact fractions, so
that no comparison is decided by rounding. A unit that is not here is comparable with itself only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from msgspec import Struct

_PI = Fraction("3.14159265358979323846264338327950288")
_POUND, _INCH, _GRAVITY = Fraction("0.45359237"), Fraction("0.0254"), Fraction("9.80665")

# Kind of quantity: code=factor, or code=factor+zero: the SI value of 0 in that unit.
_KINDS: Mapping[str, str] = {
    "length": """MTR=1 CMT=1e-2 MMT=1e-3 KMT=1e3 DMT=1e-1 HMT=100 4H=1e-6 C45=1e-9 C52=1e-12
        A11=1e-10 INH=0.0254 FOT=0.3048 YRD=0.9144 SMI=1609.344 NMI=1852""",
    "area": """MTK=1 CMK=1e-4 MMK=1e-6 DMK=1e-2 KMK=1e6 HAR=1e4 ARE=100 ACR=4046.873
        FTK=0.09290304 INK=6.4516e-4 MIK=2589988.110336 YDK=0.83612736""",
    "volume": """MTQ=1 CMQ=1e-6 DMQ=1e-3 MMQ=1e-9 LTR=1e-3 MLT=1e-6 HLT=1e-1 CLT=1e-5 DLT=1e-4
        4G=1e-9 GLL=3.785411784e-3 GLI=4.54609e-3 OZA=2.95735295625e-5 OZI=2.84130625e-5
        FTQ=0.028316846592 INQ=1.6387064e-5 YDQ=0.764554857984""",
    "mass": """KGM=1 GRM=1e-3 MGM=1e-6 MC=1e-9 DTN=100 TNE=1e3 HGM=1e-1 CGM=1e-5 KTN=1e6
        LBR=0.45359237 ONZ=0.028349523125 STI=6.35029318 STN=907.18474 LTN=1016.0469088
        GRN=6.479891e-5 APZ=0.0311034768""",
    "temperature": "KEL=1 CEL=1+273.15 A48=5/9 FAH=5/9+2298.35/9",
    "time": """SEC=1 C26=1e-3 B98=1e-6 C47=1e-9 MIN=60 HUR=3600 DAY=86400 WEE=604800
        MON=2629800 ANN=31557600""",
    "number": "C62=1 H87=1 EA=1 NAR=1 P1=1e-2 59=1e-6 61=1e-9",
    "concentration": "KMQ=1 23=1e3 GL=1 M1=1e-3 A93=1e-3 GP=1e-6 GQ=1e-9",
    "pressure": "PAL=1 KPA=1e3 MPA=1e6 BAR=1e5 MBR=100 ATM=101325 A97=100 74=1e-3",
    "speed": "MTS=1 KMH=1/3.6 KNT=1852/3600 HM=0.44704 2M=1e-2 FS=0.3048",
    "acceleration": "MSK=1 A76=1e-2 K40=9.80665",
    "force": "NEW=1 B47=1e3 B73=1e6 B92=1e-6",
    "torque": "NU=1 B48=1e3 D83=1e-6",
    "energy": "JOU=1 KJO=1e3 3B=1e6 GV=1e9 WHR=3600 KWH=3.6e6 MWH=3.6e9 GWH=3.6e12",
    "power": "WTT=1 KWT=1e3 MAW=1e6 C31=1e-3 D80=1e-6",
    "frequency": "HTZ=1 KHZ=1e3 MHZ=1e6 A86=1e9 D29=1e12",
    "current": "AMP=1 4K=1e-3 B84=1e-6 C39=1e-9 B22=1e3",
    "voltage": "VLT=1 2Z=1e-3 KVT=1e3 B78=1e6 D82=1e-6",
    "resistance": "OHM=1 B49=1e3 B75=1e6",
    "conductance": "SIE=1 B53=1e3 B99=1e-6 C27=1e-3",
    "capacitance": "FAR=1 4O=1e-6 4T=1e-12 C10=1e-3 C41=1e-9",
    "inductance": "81=1 C14=1e-3 B90=1e-6 C43=1e-9",
    "magnetic flux": "WEB=1 C33=1e-3",
    "magnetic flux density": "D33=1 C29=1e-3 D81=1e-6 C48=1e-9",
    "illuminance": "LUX=1 KLX=1e3",
    "amount of substance": "C34=1 C18=1e-3 FH=1e-6 B45=1e3",
    "substance in volume": "C36=1 C38=1e3 M33=1 B46=1e3 C35=1e3",
    "absorbed dose": "A95=1 C13=1e-3",
    "dose equivalent": "D13=1 C28=1e-3",
    "radioactivity": "BQL=1 2Q=1e3 4N=1e6 GBQ=1e9 CUR=3.7e10 MCU=3.7e7 M5=3.7e4",
    "dynamic viscosity": "C65=1 C24=1e-3",
    "kinematic viscosity": "S4=1 C17=1e-6",
    "volume flow": "MQS=1 MQH=1/3600 L2=1/60000",
    "memory": "AD=1 A99=1/8 2P=1e3 4L=1e6 E34=1e9 E35=1e12",
    "angle": "C81=1 C25=1e-3 B97=1e-6",
}
_ROUND = {"DD": 180, "D61": 10800, "D62": 648000, "M43": 3200}  # parts of half a turn


class Unit(Struct, frozen=True):
    """A unit: its kind, how many of the SI unit it is, and the SI value where it counts 0."""

    kind: str
    factor: Fraction
    zero: Fraction = Fraction(0)

    def to_si(self, value: Fraction, *, difference: bool = False) -> Fraction:
        """An amount in SI; a difference (a standard deviation) knows no zero point."""
        return value * self.factor + (0 if difference else self.zero)

    def from_si(self, value: Fraction, *, difference: bool = False) -> Fraction:
        """An amount in SI in this unit."""
        return (value - (0 if difference else self.zero)) / self.factor


def _ratio(text: str) -> Fraction:
    above, _, below = text.partition("/")
    return Fraction(above) / Fraction(below or 1)


def _units() -> Iterator[tuple[str, Unit]]:
    for kind, listed in _KINDS.items():
        for entry in listed.split():
            code, _, rule = entry.partition("=")
            factor, _, zero = rule.partition("+")
            yield code, Unit(kind, _ratio(factor), _ratio(zero or "0"))
    yield from ((code, Unit("angle", _PI / parts)) for code, parts in _ROUND.items())
    yield "PS", Unit("pressure", _POUND * _GRAVITY / _INCH**2)


UNITS: Mapping[str, Unit] = MappingProxyType(dict(_units()))


@cache
def like(code: str) -> tuple[str, ...]:
    """The codes whose amounts compare with those of a unit, itself first."""
    unit = UNITS.get(code)
    if unit is None:
        return (code,)
    others = (other for other, found in UNITS.items() if found.kind == unit.kind)
    return tuple(dict.fromkeys((code, *others)))


def convert(value: Decimal, code: str, to: str, *, difference: bool = False) -> Fraction | None:
    """An amount in another unit, exact; None where the two do not compare."""
    if code == to:
        return Fraction(value)
    unit, other = UNITS.get(code), UNITS.get(to)
    if unit is None or other is None or unit.kind != other.kind:
        return None
    si = unit.to_si(Fraction(value), difference=difference)
    return other.from_si(si, difference=difference)
