"""What the invented company sells, and who sells it."""

from __future__ import annotations

from vereda.sample.contracts import InventedColleague, InventedFeature, InventedProduct

PLANS = ("Básico", "Profesional", "Empresa")

DISPATCH = ("operations", "dispatcher", "director")
ROAD = ("driver_lead", "dispatcher")
STORE = ("warehouse", "operations")
NUMBERS = ("analyst", "director", "finance")
MACHINES = ("engineer", "analyst")

RUTA = InventedProduct(
    key="ruta",
    name="Ruta",
    description="Planifica los repartos del día y avisa a quien espera el paquete.",
    seat_price_minor=(2900, 4900, 7900),
    features=(
        InventedFeature(
            "route-planner",
            "Planificador de rutas",
            ("Route Planned", "Route Recalculated"),
            10,
            0,
            DISPATCH,
        ),
        InventedFeature("live-map", "Mapa en vivo", ("Live Map Opened",), 8, 0, DISPATCH + ROAD),
        InventedFeature(
            "driver-app",
            "Aplicación del repartidor",
            ("Stop Completed", "Delivery Failed"),
            12,
            2,
            ROAD,
        ),
        InventedFeature(
            "proof-of-delivery",
            "Prueba de entrega",
            ("Signature Captured", "Delivery Photo Added"),
            7,
            3,
            ROAD,
        ),
        InventedFeature(
            "customer-notices",
            "Avisos al destinatario",
            ("Notice Template Edited", "Notice Sent"),
            5,
            5,
            ("operations", "support"),
        ),
        InventedFeature(
            "time-windows", "Franjas horarias", ("Time Window Changed",), 4, 8, DISPATCH
        ),
        InventedFeature(
            "fleet-costs",
            "Costes de flota",
            ("Cost Report Viewed", "Cost Report Exported"),
            3,
            10,
            NUMBERS,
        ),
        InventedFeature(
            "returns", "Devoluciones", ("Return Scheduled",), 3, 14, ("support", *ROAD)
        ),
        InventedFeature("route-api", "API de rutas", ("Route API Key Used",), 2, 16, MACHINES),
    ),
)

ALMACEN = InventedProduct(
    key="almacen",
    name="Almacén",
    description="Entradas, ubicaciones, preparación de pedidos e inventario.",
    seat_price_minor=(3500, 5900, 9500),
    features=(
        InventedFeature(
            "goods-in",
            "Entrada de mercancía",
            ("Goods Received", "Delivery Note Scanned"),
            9,
            0,
            STORE,
        ),
        InventedFeature(
            "locations", "Ubicaciones", ("Location Assigned", "Location Searched"), 7, 1, STORE
        ),
        InventedFeature(
            "picking", "Preparación de pedidos", ("Order Picked", "Pick List Printed"), 12, 1, STORE
        ),
        InventedFeature("packing", "Embalaje", ("Parcel Packed",), 6, 3, STORE),
        InventedFeature(
            "stock-count",
            "Inventario",
            ("Stock Count Started", "Stock Adjusted"),
            4,
            6,
            STORE + NUMBERS,
        ),
        InventedFeature(
            "replenishment",
            "Reposición",
            ("Replenishment Suggested", "Replenishment Approved"),
            4,
            9,
            STORE,
        ),
        InventedFeature(
            "batches", "Lotes y caducidades", ("Batch Traced",), 3, 10, STORE + NUMBERS
        ),
        InventedFeature(
            "stock-dashboard",
            "Cuadro de existencias",
            ("Dashboard Viewed", "Dashboard Exported"),
            4,
            4,
            NUMBERS,
        ),
        InventedFeature(
            "stock-api", "API de existencias", ("Stock API Key Used",), 2, 16, MACHINES
        ),
    ),
)

PRODUCTS = (RUTA, ALMACEN)

COLLEAGUES = (
    InventedColleague("Ana Roblares", "ana@muestra.example", "owner", "es", "Europe/Madrid"),
    InventedColleague("Bruno Castelvar", "bruno@muestra.example", "admin", "es", "Europe/Madrid"),
    InventedColleague("Claire Ormieux", "claire@muestra.example", "member", "en", "Europe/Paris"),
    InventedColleague(
        "Diego Lunares", "diego@muestra.example", "member", "es", "America/Mexico_City"
    ),
    InventedColleague("Edith Harrowgate", "edith@muestra.example", "member", "en", "Europe/London"),
)


def colleague_for(country: str, number: int) -> InventedColleague:
    """Who looks after a customer there; Spain is shared between two."""
    ana, bruno, claire, diego, edith = COLLEAGUES
    if country == "ES":
        return ana if number % 5 < 2 else bruno
    if country in {"MX", "CO"}:
        return diego
    return edith if country in {"GB", "US", "DE"} else claire


def product_named(key: str) -> InventedProduct:
    """The product with this key."""
    return next(product for product in PRODUCTS if product.key == key)
