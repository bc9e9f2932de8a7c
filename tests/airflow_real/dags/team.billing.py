# SPDX-License-Identifier: Apache-2.0
"""A dotted DAG id, in a file with a dotted stem."""

import datetime
import os

try:
    from airflow.sdk import DAG
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:
    from airflow import DAG
    from airflow.operators.bash import BashOperator

EVERY = datetime.timedelta(minutes=1)
FIRST = datetime.datetime.fromisoformat(os.environ["WEIR_FIRST_RUN"])
RUNS = int(os.environ["WEIR_RUNS"])

with DAG("team.billing", start_date=FIRST, end_date=FIRST + EVERY * (RUNS - 1), schedule=EVERY, catchup=True, max_active_runs=1) as dag:
    BashOperator(task_id="invoice", bash_command="sleep 0.5")
