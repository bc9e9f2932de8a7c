# SPDX-License-Identifier: Apache-2.0
"""A DAG with what metric names stumble over: groups, dots, retries, mapped tasks, sensors that leave and come back, and a failure."""

import datetime
import os
import pathlib
import time

try:
    from airflow.sdk import DAG, TaskGroup, task
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.providers.standard.sensors.date_time import DateTimeSensorAsync
    from airflow.providers.standard.sensors.python import PythonSensor
except ImportError:
    from airflow import DAG
    from airflow.decorators import task
    from airflow.operators.bash import BashOperator
    from airflow.operators.empty import EmptyOperator
    from airflow.operators.python import PythonOperator
    from airflow.sensors.date_time import DateTimeSensorAsync
    from airflow.sensors.python import PythonSensor
    from airflow.utils.task_group import TaskGroup

EVERY = datetime.timedelta(minutes=1)
FIRST = datetime.datetime.fromisoformat(os.environ["WEIR_FIRST_RUN"])
RUNS = int(os.environ["WEIR_RUNS"])


def fetch(ti):
    if ti.try_number < 2:
        raise ConnectionError("the first try fails")


def has_arrived(run_id, **_):
    """False the first time it is asked."""
    asked = pathlib.Path(os.environ["AIRFLOW_HOME"], run_id.replace("/", "_"))
    if asked.exists():
        return True
    asked.touch()
    return False


def check_totals():
    raise ValueError("the totals never agree")


with DAG("warehouse_load", start_date=FIRST, end_date=FIRST + EVERY * (RUNS - 1), schedule=EVERY, catchup=True, max_active_runs=1,
         default_args={"retries": 0}, tags=["env:test"]) as dag:
    first = PythonOperator(task_id="fetch", python_callable=fetch, retries=1, retry_delay=datetime.timedelta(seconds=2))
    with TaskGroup("stage") as stage:
        BashOperator(task_id="clean", bash_command="sleep 1", pool="warehouse") >> EmptyOperator(task_id="mark")
    publish = PythonOperator(task_id="publish.all", python_callable=lambda: time.sleep(0.5), pool="night shift")
    check = PythonOperator(task_id="check-totals", python_callable=check_totals)
    after = EmptyOperator(task_id="after_check")
    deferred = DateTimeSensorAsync(task_id="deferred", target_time="{{ macros.datetime.utcnow() + macros.timedelta(seconds=10) }}")
    wait = PythonSensor(task_id="wait", mode="reschedule", poke_interval=10, python_callable=has_arrived)

    @task
    def square(x):
        return x * x

    first >> stage >> [publish, check, square.expand(x=[1, 2, 3]), deferred, wait]
    check >> after
