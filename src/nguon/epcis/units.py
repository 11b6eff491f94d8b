"""Units: the codes of UN/ECE Recommendation 20, and which measure what (CBV 2.0 section 7.6).

`UNITS` are all codes of Recommendation 20 (revision 17, with HAR and ARE, withdrawn but in use).
`TYPES` gives, for the measurement types of which this is known, the usual units; the list of a
type is not closed, so a unit is only doubtful where it is known to measure something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

# A run such as A10-24 stands for A10, A11 … A24.
_CODES = """
10 11 13 14 15 20 21 22 23 24 25 27 28 33 34 35 37 38 40 41 56 57 58 59 60 61 74 77 80 81 85 87 89
91 1I 2A 2B 2C 2G 2H 2I 2J 2K 2L 2M 2N 2P 2Q 2R 2U 2X 2Y 2Z 3B 3C 4C 4G 4H 4K 4L 4M 4N 4O 4P 4Q 4R
4T 4U 4W 4X 5A 5B 5E 5J
A2 A3 A4 A5 A6 A7 A8 A9 A10-24 A26-45 A47-49 A53-56 A59 A68-71 A73-76 A84-91 A93-99
B1 B3 B4 B7 B8 B10-35 B41-50 B52-64 B66-99 C0 C3 C7 C8 C9 C10-76 C78-97 C99
D1 D2 D5 D6 D03-04 D10-13 D15-27 D29-34 D36 D41-63 D65 D68-69 D73-74 D77-78 D80-83 D85-89 D91
D93-95 E4 E01 E07-10 E12 E14-23 E25 E27-28 E30-99 F01-08 F10-99 G2 G3 G01 G04-06 G08-21 G23-99
H03-16 H18-77 H79-85 H87-96 H98-99 J2 J10 J12-36 J38-76 J78-79 J81-85 J87 J90-93 J95-99
K1 K2 K3 K6 K10-23 K26-28 K30-43 K45-55 K58-71 K73-99 L2 L10-21 L23-60 L63-96 L98-99
M1 M4 M5 M7 M9 M10-27 M29-53 M55-99 N1 N3 N10-99 P1 P2 P5 P10-99 Q3 Q10-42
AA AB ACR ACT AD AE AH AI AK AL AMH AMP ANN APZ AQ ARE AS ASM ASU ATM AWG AY AZ
BAR BB BFT BHP BIL BLD BLL BP BPM BQL BTU BUA BUI
CCT CDL CEL CEN CG CGM CKG CLF CLT CMK CMQ CMT CNP CNT COU CTG CTM CTN CUR CWA CWI
DAA DAD DAY DB DBM DBW DD DEC DG DJ DLT DMA DMK DMO DMQ DMT DN DPC DPR DPT DRA DRI DRL DT DTN DWT
DZN DZP EA EB EQ FAH FAR FBM FC FF FH FIT FL FNU FOT FP FR FS FTK FTQ
GB GBQ GDW GE GF GFI GGR GIA GIC GII GIP GJ GL GLD GLI GLL GM GO GP GQ GRM GRN GRO GV GWH
HA HAD HAR HBA HBX HC HDW HEA HGM HH HIU HKM HLT HM HMO HMQ HMT HPA HTZ HUR HWE
IA IE INH INK INQ ISD IU IUG IV JE JK JM JNT JOU JPS JWL
KA KAT KB KBA KCC KDW KEL KGM KGS KHY KHZ KI KIC KIP KJ KJO KL KLK KLX KMA KMH KMK KMQ KMT KNI KNM
KNS KNT KO KPA KPH KPO KPP KR KSD KSH KT KTN KUR KVA KVR KVT KW KWH KWN KWO KWS KWT KWY KX
LA LAC LBR LBT LD LEF LF LH LK LM LN LO LP LPA LR LS LTN LTR LUB LUM LUX LY
MAH MAL MAM MAR MAW MBE MBF MBR MC MCU MD MGM MHZ MIK MIL MIN MIO MIU MKD MKM MKW MLD MLT MMK MMQ
MMT MND MNJ MON MPA MQD MQH MQM MQS MQW MRD MRM MRW MSK MTK MTQ MTR MTS MTZ MVA MWH
NA NAR NCL NEW NF NIL NIU NL NM3 NMI NMP NPT NT NTU NU NX OA ODE ODG ODK ODM OHM ON ONZ OPM OT OZA
OZI PAL PD PFL PGL PI PLA PO PQ PR PS PTD PTI PTL PTN QA QAN QB QR QTD QTI QTL QTR
RH RM ROM RP RPM RPS RT R1 R9 S3 S4 SAN SCO SCR SEC SET SG SIE SM3 SMI SQ SQR SR STC STI STK STL
STN STW SW SX SYR T0 T3 TAH TAN TI TIC TIP TKM TMS TNE TP TPI TPR TQD TRL TST TTS U1 U2 UB UC
VA VLT VP W2 WA WB WCD WE WEB WEE WG WHR WM WSD WTT X1 YDK YDQ YRD Z11 Z9 ZP ZZ
"""

_LENGTHS = "MTR CMT MMT KMT DMT HMT 4H C45 C52 A11 INH FOT YRD SMI NMI"
_VOLUMES = "MTQ CMQ DMQ MMQ LTR MLT HLT CLT DLT 4G GLL GLI OZA OZI FTQ INQ YDQ"
_CONCENTRATIONS = "KMQ 23 GL M1 A93 GP GQ GM"
_RATIOS = "C62 P1 59 61"
_MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "AbsoluteHumidity": _CONCENTRATIONS,
        "AbsorbedDose": "A95 C13",
        "Acceleration": "MSK A76 K40",
        "Altitude": _LENGTHS,
        "AmountOfSubstance": "C34 C18 FH B45",
        "AmountOfSubstancePerUnitVolume": "C36 C38 M33 B46 C35",
        "Angle": "DD C81 C25 B97 D61 D62 M43",
        "Area": "MTK CMK MMK DMK KMK HAR ARE ACR FTK INK MIK YDK",
        "Capacitance": "FAR 4O 4T C10 C41",
        "Conductance": "SIE B53 B99 C27",
        "Conductivity": "D10 C88",
        "Count": "C62 H87 EA NAR",
        "Density": _CONCENTRATIONS,
        "Dimensionless": f"{_RATIOS} C35 NTU",
        "DoseEquivalent": "D13 C28",
        "DynamicViscosity": "C65 C24",
        "ElectricCharge": "COU",
        "ElectricCurrent": "AMP 4K B84 C39 B22",
        "ElectricCurrentDensity": "A41",
        "ElectricFieldStrength": "D50",
        "Energy": "JOU KJO 3B GV WHR KWH MWH GWH",
        "Force": "NEW B47 B73 B92",
        "Frequency": "HTZ KHZ MHZ A86 D29",
        "Illuminance": "LUX KLX",
        "Inductance": "81 C14 B90 C43",
        "Irradiance": "D54",
        "KinematicViscosity": "S4 C17",
        "Length": _LENGTHS,
        "Luminance": "A24",
        "LuminousFlux": "LUM",
        "LuminousIntensity": "CDL",
        "MagneticFlux": "WEB C33",
        "MagneticFluxDensity": "D33 C29 D81 C48",
        "Mass": "KGM GRM MGM MC DTN TNE HGM CGM KTN LBR ONZ STI STN LTN GRN APZ",
        "MassConcentration": _CONCENTRATIONS,
        "MassFlowRate": "KGS",
        "MemoryCapacity": "A99 AD 2P 4L E34 E35",
        "Power": "WTT KWT MAW C31 D80",
        "Pressure": "PAL KPA MPA BAR MBR ATM PS A97 74",
        "Radioactivity": "BQL 2Q 4N GBQ CUR MCU M5",
        "RelativeHumidity": "P1 C62",
        "Resistance": "OHM B49 B75",
        "Resistivity": "C61",
        "SolidAngle": "D27",
        "Speed": "MTS KMH KNT HM 2M FS",
        "Temperature": "CEL FAH KEL A48",
        "Time": "SEC C26 B98 C47 MIN HUR DAY WEE MON ANN",
        "Torque": "NU B48 D83",
        "Voltage": "VLT 2Z KVT B78 D82",
        "Volume": _VOLUMES,
        "VolumeFlowRate": "MQS MQH L2",
        "VolumeFraction": _RATIOS,
    }
)


def _spread(text: str) -> Iterator[str]:
    for code in text.split():
        first, dash, last = code.partition("-")
        if not dash:
            yield code
            continue
        for number in range(int(first[1:]), int(last) + 1):
            yield f"{first[0]}{number:02d}"


UNITS: frozenset[str] = frozenset(_spread(_CODES))
TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: frozenset(codes.split()) for name, codes in _MEASURES.items()}
)
PLACED: frozenset[str] = frozenset().union(*TYPES.values())
