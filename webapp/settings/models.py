"""Language models, their workers, and how long things may take."""

from pathlib import Path

from inference.contract import model_names
from webapp.settings import env
from webapp.settings.base import TANDEM_HOME

# Each is a shipped name, a directory, or a hub id; the first is what people get.
TANDEM_MODELS = env.words("TANDEM_MODELS", "smollm2,translate")
TANDEM_SCRIPTED = env.flag("TANDEM_SCRIPTED", default=False)
# What they are called, in the picker and in the database.
MODEL_NAMES = model_names(TANDEM_MODELS) + ["scripted"] * TANDEM_SCRIPTED
TANDEM_MODELS_HOME = Path(
    env.text("TANDEM_MODELS_HOME", str(TANDEM_HOME / "models"))
).absolute()
# Data sets, jobs and the versions that came of them.
TUNING_HOME = TANDEM_HOME / "tuning"
TANDEM_DEVICE = env.choice("TANDEM_DEVICE", "auto", ("auto", "cpu", "cuda"))
TANDEM_PRECISION = env.choice("TANDEM_PRECISION", "auto", ("auto", "fp32", "int8"))
TANDEM_THREADS = env.integer("TANDEM_THREADS", 0)  # 0: see EngineConfig
TANDEM_SLOTS = env.integer("TANDEM_SLOTS", 8, least=1)  # running requests a worker

TANDEM_KV_MB = env.integer("TANDEM_KV_MB", 0)  # 0: a part of what is free
TANDEM_PREFILL_CHUNK = env.integer("TANDEM_PREFILL_CHUNK", 0)  # 0: by the device
DEADLINE_SECONDS = env.seconds("TANDEM_DEADLINE_SECONDS", 600.0, least=0.0)  # 0: none

LEASE_SECONDS = env.seconds("TANDEM_LEASE_SECONDS", 5.0, least=1.0)
CHECKPOINT_SECONDS = 0.25
WATCHDOG_SECONDS = env.seconds("TANDEM_WATCHDOG_SECONDS", 15.0, least=1.0)
MAX_ATTEMPTS = 3  # a prompt that lost its worker this often is not tried again
WAKE_AGAIN_SECONDS = 5.0  # a queued row that nobody claimed is announced again

# Quota: 0 is no limit.
QUOTA_RUNNING_PER_PERSON = env.integer("TANDEM_QUOTA_RUNNING", 4)
QUOTA_TOKENS_PER_DAY = env.integer("TANDEM_QUOTA_TOKENS_PER_DAY", 0)
QUEUE_LIMIT = env.integer("TANDEM_QUEUE_LIMIT", 500, least=1)

# /metrics answers this machine, and whoever sends this as a bearer token.
TANDEM_METRICS_TOKEN = env.text("TANDEM_METRICS_TOKEN")

# What runs on the `default` queue when a generation of this purpose has ended.
GENERATION_END_TASKS = {"translation": "workspace.pump"}
