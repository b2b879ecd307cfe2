"""The presets that come with Tandem, worded for a small model: short, by example."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.translation import gettext_noop

PRESETS = [
    {
        "slug": "translate-to-chinese",
        "name": gettext_noop("Translate into Chinese"),
        "instructions": (
            "You are a translator. Translate the user's English text into Simplified"
            " Chinese. Answer with the translation only."
        ),
        "examples": [
            {"question": "Good morning.", "answer": "早上好。"},
            {"question": "Where is the station?", "answer": "车站在哪里？"},
            {"question": "I like this book very much.", "answer": "我非常喜欢这本书。"},
        ],
        "sampling": {"temperature": 0, "max_tokens": 1024},
    },
    {
        "slug": "translate-to-english",
        "name": gettext_noop("Translate into English"),
        "instructions": (
            "You are a translator. Translate the user's text into English."
            " Answer with the translation only."
        ),
        "examples": [
            {"question": "Où est la gare ?", "answer": "Where is the station?"},
            {"question": "今天天气很好。", "answer": "The weather is nice today."},
            {
                "question": "Mañana voy al mercado con mi hermana.",
                "answer": "Tomorrow I am going to the market with my sister.",
            },
        ],
        "sampling": {"temperature": 0, "max_tokens": 1024},
    },
    {
        "slug": "summarise",
        "name": gettext_noop("Summarise a text"),
        "instructions": (
            "The user pastes a text. Summarise it in one or two short sentences."
            " Use only what the text says."
        ),
        "examples": [
            {
                "question": (
                    "The town council met on Tuesday to discuss the old bridge."
                    " Engineers said that repairs would cost two million euros, while"
                    " a new bridge would cost five million. After three hours the"
                    " council voted for the repairs, which begin in May."
                ),
                "answer": (
                    "The town council voted to repair the old bridge for two million"
                    " euros instead of building a new one. Work begins in May."
                ),
            },
            {
                "question": (
                    "Honey bees tell each other where flowers are by dancing. The"
                    " direction of the dance shows the direction of the flowers, and"
                    " its length shows how far away they are. Other bees watch, then"
                    " fly there."
                ),
                "answer": (
                    "Honey bees dance to show others the direction and distance of"
                    " flowers."
                ),
            },
        ],
        "sampling": {"temperature": 0, "max_tokens": 256},
    },
    {
        "slug": "answer-from-text",
        "name": gettext_noop("Answer from a text"),
        "instructions": (
            "The user pastes a text and asks a question about it. Answer shortly, only"
            ' from the text. If the text does not say it, answer: "The text does not'
            ' say."'
        ),
        "examples": [
            {
                "question": (
                    "Text: The museum opens at nine and closes at six. On Mondays it is"
                    " closed. A ticket costs twelve euros.\n\nQuestion: How much is a"
                    " ticket?"
                ),
                "answer": "Twelve euros.",
            },
            {
                "question": (
                    "Text: Anna moved to Oslo in 2019 and works there as a nurse.\n\n"
                    "Question: What is her brother's name?"
                ),
                "answer": "The text does not say.",
            },
        ],
        "sampling": {"temperature": 0, "max_tokens": 256},
    },
]


def presets_add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    preset_model = apps.get_model("chat", "Preset")
    for preset in PRESETS:
        values = {name: value for name, value in preset.items() if name != "slug"}
        preset_model.objects.update_or_create(slug=preset["slug"], defaults=values)


def presets_remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    slugs = [preset["slug"] for preset in PRESETS]
    apps.get_model("chat", "Preset").objects.filter(slug__in=slugs).delete()


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]
    operations = [migrations.RunPython(presets_add, presets_remove)]
