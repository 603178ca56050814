"""What members call things in the sample: its fields, tiers, industries and tags, by language.

The rules speak keys ("tech", "food"); these are the words in which the workspace keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language; the fields are those of accounts, then that of people."""

    tier: str
    employees: str
    city: str
    department: str
    tiers: Mapping[str, str]
    industries: Mapping[str, str]
    tags: Mapping[str, str]
    departments: Mapping[str, str]


ENGLISH = Labels(
    tier="Tier",
    employees="Employees",
    city="City",
    department="Department",
    tiers={"high": "high touch", "low": "low touch", "tech": "tech touch"},
    industries={
        "retail": "Retail",
        "ecommerce": "E-commerce",
        "food": "Food",
        "logistics": "Logistics",
        "pharma": "Pharmacy",
        "fashion": "Fashion",
        "industrial": "Manufacturing",
    },
    tags={"peak season": "peak season", "growing": "growing", "group": "group"},
    departments={
        "Management": "Management",
        "Finance": "Finance",
        "Operations": "Operations",
        "Transport": "Transport",
        "Warehouse": "Warehouse",
        "Customer care": "Customer care",
        "Analytics": "Analytics",
        "IT": "IT",
    },
)
SPANISH = Labels(
    tier="Contacto",
    employees="Empleados",
    city="Ciudad",
    department="Departamento",
    tiers={"high": "alto", "low": "bajo", "tech": "digital"},
    industries={
        "retail": "Comercio minorista",
        "ecommerce": "Comercio electrónico",
        "food": "Alimentación",
        "logistics": "Logística",
        "pharma": "Farmacia",
        "fashion": "Moda",
        "industrial": "Industria",
    },
    tags={"peak season": "temporada alta", "growing": "crece", "group": "grupo"},
    departments={
        "Management": "Dirección",
        "Finance": "Finanzas",
        "Operations": "Operaciones",
        "Transport": "Transporte",
        "Warehouse": "Almacén",
        "Customer care": "Atención al cliente",
        "Analytics": "Análisis",
        "IT": "Informática",
    },
)


def labels_in(language: str) -> Labels:
    """The words in that language; English where we have none."""
    return SPANISH if language.partition("-")[0] == "es" else ENGLISH
