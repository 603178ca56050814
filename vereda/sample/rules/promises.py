"""The words of onboarding and of promised benefits in the sample, by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class BenefitWords:
    """What was promised, why they need it, what they may expect, and what was said afterwards."""

    benefit: str
    why: str
    expect: str


@dataclass(frozen=True, slots=True)
class OnboardingWords:
    """Everything that is said in plans and of benefits."""

    plan: str
    part: str
    purpose: str
    promise: str
    tool: str
    tool_result: str
    feedback: str
    given: dict[str, str]
    said: dict[str, str]
    benefits: dict[str, BenefitWords]
    confirmed: str
    verified: str
    denied: dict[str, str]
    measured: str
    missed: str


CUSTOMER_LIST: Final = b"number;name;city\n1042;Panaderia Sol;Murcia\n1043;Taller Luna;Lorca\n"

WORDS: Final[dict[str, OnboardingWords]] = {
    "es": OnboardingWords(
        plan="Puesta en marcha de {product}",
        part="Responde a las preguntas",
        purpose="Salir a su hora: deja de rehacer listas a mano.",
        promise="Tu equipo empieza a trabajar con él",
        tool="Prueba de {product} con sus propios datos",
        tool_result="Vieron sus propios datos el primer día.",
        feedback="Lo entendió el turno de tarde sin manual. Falta imprimir etiquetas.",
        given={
            "expected-benefit": "Hoy tardamos dos horas cada mañana; queremos una, porque los "
            "repartidores esperan.",
            "people": "Quien dirige la operación, dos personas de planificación y el turno de "
            "tarde; responde la primera.",
            "ready-day": "El día 1 del mes que viene: acaba el contrato anterior.",
            "measure-benefit": "Una hora y cinco minutos, medido durante dos semanas.",
            "customer-list": "",
            "sign-in": "microsoft",
        },
        said={
            "returned": "Faltan los nombres de las columnas en la primera fila.",
            "asked_again": "Perdimos la lista al cambiar de responsable; la culpa es nuestra.",
            "evidence": "Su proveedor de correo contestó por escrito: lo permite a partir del día "
            "15, incidencia 48213.",
            "exit": "Ahorran la hora que esperaban y no volverían atrás.",
        },
        benefits={
            "plan_hours": BenefitWords(
                "Planificar las rutas lleva menos horas a la semana",
                "Los repartidores esperan cada mañana.",
                "Las rutas de una semana se planifican en una mañana.",
            ),
            "failed": BenefitWords(
                "Menos entregas fallidas de cada cien",
                "Cada segunda visita cuesta seis euros.",
                "El aviso al destinatario sale la víspera.",
            ),
            "fuel": BenefitWords(
                "Gastar menos en combustible al mes",
                "El margen del reparto es del tres por ciento.",
                "El ahorro se nota a partir del segundo mes.",
            ),
            "errors": BenefitWords(
                "Menos pedidos preparados con errores",
                "Cada error vuelve como devolución.",
                "Se lee cada artículo antes de embalar.",
            ),
            "orders": BenefitWords(
                "Preparar más pedidos por semana con la misma gente",
                "En campaña no encuentran a quien contratar.",
                "El ritmo baja los diez primeros días y después sube.",
            ),
            "count_days": BenefitWords(
                "Cerrar menos días al año por inventario",
                "Cada día cerrado es un día sin ventas.",
                "El primer recuento por zonas se hace juntos.",
            ),
        },
        confirmed="Sí: lo notamos cada mañana.",
        verified="Comprobado con sus cifras.",
        denied={
            "not_adopted": "El turno de tarde sigue con la hoja de cálculo.",
            "over_promised": "Prometimos más de lo que su volumen permite.",
            "missing_in_product": "Falta la conexión con su báscula.",
            "customer_changed": "Subcontrataron el reparto a mitad de año.",
        },
        measured="De su informe mensual.",
        missed="Llegó tres semanas más tarde; lo avisamos a los diez días.",
    ),
    "en": OnboardingWords(
        plan="Start with {product}",
        part="Answers our questions",
        purpose="To leave on time: no more lists made again by hand.",
        promise="Your team begins to work with it",
        tool="Trial of {product} with their own data",
        tool_result="They saw their own data on the first day.",
        feedback="The late shift understood it without a manual. Printing labels is missing.",
        given={
            "expected-benefit": "It takes us two hours every morning; we want one, because the "
            "drivers wait.",
            "people": "The head of operations, two planners and the late shift; the first one "
            "answers.",
            "ready-day": "The first of next month: the old contract ends.",
            "measure-benefit": "One hour and five minutes, measured for two weeks.",
            "customer-list": "",
            "sign-in": "microsoft",
        },
        said={
            "returned": "The first row does not have the names of the columns.",
            "asked_again": "We lost the list when the lead changed; the fault is ours.",
            "evidence": "Their mail provider answered in writing: allowed from the 15th on, "
            "ticket 48213.",
            "exit": "They save the hour they expected and would not go back.",
        },
        benefits={
            "plan_hours": BenefitWords(
                "Planning the routes takes fewer hours a week",
                "The drivers wait every morning.",
                "The routes of a week are planned in one morning.",
            ),
            "failed": BenefitWords(
                "Fewer failed deliveries of every hundred",
                "Each second visit costs six euros.",
                "Whoever waits for a parcel hears of it the evening before.",
            ),
            "fuel": BenefitWords(
                "Spending less on fuel a month",
                "The margin of deliveries is three percent.",
                "The saving shows from the second month on.",
            ),
            "errors": BenefitWords(
                "Fewer orders picked with mistakes",
                "Each mistake comes back as a return.",
                "Every article is scanned before it is packed.",
            ),
            "orders": BenefitWords(
                "More orders picked a week by the same people",
                "In the busy season they find nobody to hire.",
                "The pace falls in the first ten days and rises then.",
            ),
            "count_days": BenefitWords(
                "Closing fewer days a year to count the stock",
                "Each day closed is a day without sales.",
                "We do the first count by zones together.",
            ),
        },
        confirmed="Yes: we notice it every morning.",
        verified="Checked against their figures.",
        denied={
            "not_adopted": "The late shift still works with the spreadsheet.",
            "over_promised": "We promised more than their volume allows.",
            "missing_in_product": "The connection to their scale is missing.",
            "customer_changed": "They handed deliveries to a contractor in the middle of the year.",
        },
        measured="From their monthly report.",
        missed="It came three weeks later; we told them after ten days.",
    ),
}
