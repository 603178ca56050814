"""What members wrote down after a call, in Markdown, in both languages.

Each occasion has a title and one or more bodies per language. Placeholders:
{champion}, {decider}, {account}, {feature}, {other_feature}, {seats}, {product}.
"""

from __future__ import annotations

from enum import StrEnum


class Occasion(StrEnum):
    """Why somebody spoke or wrote."""

    KICKOFF = "kickoff"
    TRAINING = "training"
    REVIEW_GOOD = "review_good"
    REVIEW_MIXED = "review_mixed"
    REVIEW_BAD = "review_bad"
    RENEWAL = "renewal"
    CHAMPION_GOING = "champion_going"
    CHAMPION_NEW = "champion_new"
    STORM = "storm"
    SQUEEZE = "squeeze"
    GROWTH = "growth"
    SILENCE = "silence"
    GOODBYE = "goodbye"
    OBSERVATION = "observation"


KIND_OF = {
    Occasion.KICKOFF: "meeting",
    Occasion.TRAINING: "call",
    Occasion.REVIEW_GOOD: "meeting",
    Occasion.REVIEW_MIXED: "meeting",
    Occasion.REVIEW_BAD: "meeting",
    Occasion.RENEWAL: "call",
    Occasion.CHAMPION_GOING: "mail",
    Occasion.CHAMPION_NEW: "call",
    Occasion.STORM: "call",
    Occasion.SQUEEZE: "mail",
    Occasion.GROWTH: "call",
    Occasion.SILENCE: "note",
    Occasion.GOODBYE: "call",
    Occasion.OBSERVATION: "note",
}

TITLES = {
    Occasion.KICKOFF: ("Reunión de arranque", "Kick-off meeting"),
    Occasion.TRAINING: ("Formación: {feature}", "Training: {feature}"),
    Occasion.REVIEW_GOOD: ("Revisión trimestral", "Quarterly review"),
    Occasion.REVIEW_MIXED: ("Revisión trimestral", "Quarterly review"),
    Occasion.REVIEW_BAD: ("Revisión trimestral", "Quarterly review"),
    Occasion.RENEWAL: ("Llamada de renovación", "Renewal call"),
    Occasion.CHAMPION_GOING: ("{champion} deja la empresa", "{champion} is leaving"),
    Occasion.CHAMPION_NEW: ("Primera llamada con {champion}", "First call with {champion}"),
    Occasion.STORM: ("Llamada por incidencias", "Call about open tickets"),
    Occasion.SQUEEZE: ("Recorte de presupuesto", "Budget cut"),
    Occasion.GROWTH: ("Más equipos quieren entrar", "More teams want in"),
    Occasion.SILENCE: ("No contestan", "No reply"),
    Occasion.GOODBYE: ("Llamada de despedida", "Goodbye call"),
    Occasion.OBSERVATION: ("Nota", "Note"),
}

BODIES_ES = {
    Occasion.KICKOFF: (
        "**Asisten:** {champion}, {decider}\n\n### Qué esperan\n- Dejar de planificar en hojas de "
        "cálculo antes de tres meses\n- Que el equipo use *{feature}* a diario\n\n### Acordado\n"
        "1. Les cargamos los datos esta semana\n2. Formación en {feature} el jueves\n"
        "3. {champion} elige a dos personas de referencia",
        "Empiezan con **{seats} puestos** de {product}. {decider} quiere ver ahorro de "
        "tiempo en el "
        "primer trimestre; {champion} lleva el día a día.\n\n- Riesgo: temporada alta en "
        "dos meses\n"
        "- Primer hito: un día completo trabajado con *{feature}*",
    ),
    Occasion.TRAINING: (
        "Una hora con el equipo. Les cuesta **{feature}**, sobre todo los que venían del papel.\n\n"
        "- Enviar la guía corta\n- Repetir dentro de dos semanas con el turno de tarde",
        "Muy participativos. Preguntaron por *{other_feature}*: lo dejamos para el mes que viene.",
    ),
    Occasion.REVIEW_GOOD: (
        "**Cómo va:** bien. El equipo ya no imagina el día sin *{feature}*.\n\n> «Hemos ganado una "
        "hora cada mañana», dice {champion}.\n\n### Próximo paso\nProbar "
        "**{other_feature}** con un "
        "grupo pequeño.",
        "{decider} enseñó nuestras cifras en su comité. Piden:\n- informe mensual automático\n"
        "- acceso para dos personas más",
    ),
    Occasion.REVIEW_MIXED: (
        "Va a ratos. Usan *{feature}*, pero **{other_feature}** sigue sin arrancar.\n\n- "
        "{champion} "
        "dice que no tiene tiempo de enseñar a los nuevos\n- Ofrecida una sesión de 45 minutos",
        "Preguntan por el precio por primera vez. El uso es estable, el entusiasmo no.",
    ),
    Occasion.REVIEW_BAD: (
        "**Mal.** {decider} no se conectó. Han vuelto a la hoja de cálculo para lo urgente.\n\n"
        "- [ ] Hablar con {decider} a solas\n- [ ] Ver quién usa todavía *{feature}*",
        "Poca gente, pocas ganas. Nadie supo decir para qué usan **{feature}** hoy. Les propuse "
        "empezar de nuevo con un solo equipo.",
    ),
    Occasion.RENEWAL: (
        "Hablado de la renovación con {decider}. Quieren mantener **{seats} puestos**; "
        "piden ver el "
        "uso por equipo antes de firmar.",
        "{decider}: «si {champion} está contento, firmamos». Enviar propuesta esta semana.",
    ),
    Occasion.CHAMPION_GOING: (
        "{champion} nos escribe: se va a final de mes. No sabe quién seguirá con {product}.\n\n"
        "- Pedir que nos presente a quien le sustituya\n- Avisar a {decider}",
    ),
    Occasion.CHAMPION_NEW: (
        "Hereda el proyecto sin haberlo elegido, pero con interés. Le hemos enseñado "
        "*{feature}* en "
        "veinte minutos.\n\n**Le importa:** que su equipo no lo viva como una imposición.",
    ),
    Occasion.STORM: (
        "Enfado justificado: varias incidencias sin respuesta desde hace días.\n\n- {champion} "
        "enumera tres que les paran el trabajo\n- Les he prometido una respuesta por escrito "
        "mañana\n- Escalado a soporte",
    ),
    Occasion.SQUEEZE: (
        "{decider} nos escribe: recorte general del 20 %. «Todo lo que no se use, fuera.» Hay que "
        "llevarles números de lo que ahorra *{feature}*.",
    ),
    Occasion.GROWTH: (
        "Otra delegación ha visto *{feature}* y lo pide. {champion} calcula **diez puestos más** "
        "antes del verano.",
        "Abren un centro nuevo. {decider} quiere que entre con {product} desde el primer día.",
    ),
    Occasion.SILENCE: (
        "Tercer correo sin respuesta. Probaré por teléfono con {decider}.",
        "Cancelan la revisión por segunda vez, sin proponer fecha.",
    ),
    Occasion.GOODBYE: (
        "No renuevan. {decider} fue amable y claro.\n\n**Qué aprendemos**\n- Nadie nuevo "
        "aprendió a "
        "usar *{feature}* en meses\n- Lo supimos tarde",
    ),
    Occasion.OBSERVATION: (
        "{champion} prefiere que le escriban por la tarde.",
        "Su temporada fuerte empieza en noviembre: nada de cambios hasta enero.",
        "A {decider} le convencen los ejemplos de empresas de su tamaño.",
        "Comparan *{feature}* con lo que hacían antes en papel; contar el antes y el después.",
    ),
}

BODIES_EN = {
    Occasion.KICKOFF: (
        "**Present:** {champion}, {decider}\n\n### What they hope for\n- No more planning in "
        "spreadsheets within three months\n- The team in *{feature}* every day\n\n### Agreed\n"
        "1. We load their data this week\n2. Training on {feature} on Thursday\n"
        "3. {champion} names two people to ask",
        "They start with **{seats} seats** of {product}. {decider} wants to see hours saved in the "
        "first quarter; {champion} runs it day to day.\n\n- Risk: peak season in two months\n"
        "- First milestone: one whole day worked in *{feature}*",
    ),
    Occasion.TRAINING: (
        "An hour with the team. **{feature}** is hard for those who come from paper.\n\n"
        "- Send the short guide\n- Repeat in two weeks with the late shift",
        "Lots of questions, many about *{other_feature}*: we keep that for next month.",
    ),
    Occasion.REVIEW_GOOD: (
        "**How is it going:** well. The team cannot picture a day without *{feature}*.\n\n> "
        "“We win "
        "an hour every morning,” says {champion}.\n\n### Next step\nTry **{other_feature}** with a "
        "small group.",
        "{decider} showed our figures to the board. They ask for:\n- a monthly report by itself\n"
        "- access for two more people",
    ),
    Occasion.REVIEW_MIXED: (
        "So-so. They use *{feature}*, but **{other_feature}** never took off.\n\n- {champion} has "
        "no time to teach newcomers\n- Offered a 45 minute session",
        "First question about the price. Usage is steady, enthusiasm is not.",
    ),
    Occasion.REVIEW_BAD: (
        "**Bad.** {decider} did not join. Urgent work is back in the spreadsheet.\n\n"
        "- [ ] Speak to {decider} alone\n- [ ] See who still uses *{feature}*",
        "Few people, little will. Nobody could say what **{feature}** is for today. I proposed to "
        "start again with a single team.",
    ),
    Occasion.RENEWAL: (
        "Spoke about renewing with {decider}. They want to keep **{seats} seats** and to see usage "
        "per team before they sign.",
        "{decider}: “if {champion} is happy, we sign.” Send the proposal this week.",
    ),
    Occasion.CHAMPION_GOING: (
        "{champion} writes: leaving at the end of the month. No idea who takes over {product}.\n\n"
        "- Ask for an introduction to whoever follows\n- Tell {decider}",
    ),
    Occasion.CHAMPION_NEW: (
        "Inherited the project without choosing it, but is curious. Showed *{feature}* in twenty "
        "minutes.\n\n**Cares about:** the team not feeling it was imposed.",
    ),
    Occasion.STORM: (
        "Rightly angry: several tickets without an answer for days.\n\n- {champion} lists three "
        "that stop their work\n- I promised a written answer tomorrow\n- Escalated to support",
    ),
    Occasion.SQUEEZE: (
        "{decider} writes: 20% cut across the board. “Whatever is not used goes.” We must bring "
        "numbers on what *{feature}* saves.",
    ),
    Occasion.GROWTH: (
        "Another branch saw *{feature}* and asks for it. {champion} reckons **ten more seats** "
        "before the summer.",
        "They open a new site. {decider} wants it on {product} from day one.",
    ),
    Occasion.SILENCE: (
        "Third mail without an answer. Will try {decider} by phone.",
        "They cancel the review for the second time and offer no date.",
    ),
    Occasion.GOODBYE: (
        "They will not renew. {decider} was kind and clear.\n\n**What we learn**\n- Nobody new "
        "learned *{feature}* in months\n- We found out late",
    ),
    Occasion.OBSERVATION: (
        "{champion} prefers mail in the afternoon.",
        "Their busy season starts in November: no changes until January.",
        "{decider} is persuaded by examples of companies their size.",
        "They compare *{feature}* with paper; tell the before and the after.",
    ),
}

BODIES = {"es": BODIES_ES, "en": BODIES_EN}
